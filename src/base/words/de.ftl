# Alle Sätze des Programms an Kommunen und Entscheidende, deutsch. Nichts hier gehört zu einem bestimmten Programm.

## Zeichen anstelle eines Wertes
mark-secret = [g]
mark-secret-meaning = geheim gehalten: Der Wert beruht auf sehr wenigen Menschen, oder aus ihm ließe sich ein solcher Wert errechnen.
mark-uncertain = [u]
mark-uncertain-meaning = unsicher: Der Wert beruht auf zu wenigen Menschen, um etwas auszusagen.
mark-missing = fehlt
mark-missing-meaning = gefragt, aber nicht oder nicht vollständig beantwortet. Ein fehlender Wert ist keine Null.
mark-withheld = zurückgehalten
mark-withheld-meaning = Die meldende Stelle hat den Wert selbst geheim gehalten.
mark-not-applicable = nicht gefragt
mark-not-applicable-meaning = Diese Stelle wird danach nicht gefragt.
mark-no-return = keine Rückmeldung
mark-no-return-meaning = Es liegt (noch) keine Rückmeldung vor.
mark-no-base = nicht berechenbar
mark-no-base-meaning = Der Nenner ist null.
mark-none = keine Daten
mark-none-meaning = Für diesen Zeitraum gibt es keine Angaben, oder es lässt sich nichts vergleichen.
nothing = keine Angabe
yes = ja
no = nein
none = keine

## Ziel und Entwicklung
status-met = Ziel erreicht
status-near = Ziel knapp verfehlt
status-missed = Ziel verfehlt
status-none = ohne Ziel
trend-better = besser
trend-worse = schlechter
trend-same = unverändert
trend-up = gestiegen
trend-down = gesunken
target-none = kein Zielwert
target-at-least = mindestens { $least }
target-at-most = höchstens { $most }
target-between = { $least } bis { $most }
points = Prozentpunkte
before-quarter = Vorquartal
before-half = Vorhalbjahr
before-month = Vormonat
before-year = Vorjahr
sentence-met = Ziel erreicht
sentence-near = Ziel knapp verfehlt, es fehlen { $gap }
sentence-missed = Ziel verfehlt, es fehlen { $gap }
sentence-near-over = Ziel knapp verfehlt, { $gap } zu viel
sentence-missed-over = Ziel verfehlt, { $gap } zu viel
sentence-better = besser als im { $before } ({ $change })
sentence-worse = schlechter als im { $before } ({ $change })
sentence-same = unverändert zum { $before }
sentence-up = höher als im { $before } ({ $change })
sentence-down = niedriger als im { $before } ({ $change })
sentence-no-comparison = kein Vergleich mit dem { $before } möglich
sentence-no-value = Kein Wert ({ $mark })
of = { $used } von { $expected }

## Schwere eines Befundes
severity-error = Fehler
severity-warning = Warnung
severity-info = Hinweis
side-sender = meldende Stelle
side-coordinator = Koordination
side-configuration = Einstellungen
severity-error-meaning = Der Wert ist so nicht verwendbar oder widerspricht einer Regel.
severity-warning-meaning = Der Wert wurde verwendet, sollte aber geprüft werden.
severity-info-meaning = Nur zur Kenntnis.

## Stand der Rückmeldung
return-on-time = fristgerecht
return-late = verspätet
return-not-due = noch nicht fällig
return-overdue = überfällig

## Wörter der Blätter
body = Meldende Stelle
municipality = Kommune
period = Zeitraum
indicator = Kennzahl
value = Wert
unit = Einheit
status = Status
target = Zielwert
change = Veränderung
change-since = Veränderung zum { $before }
trend-since = Tendenz zum { $before }
course = Verlauf
basis = beruht auf
in-a-sentence = In einem Satz
total-of-returns = { $count ->
    [one] 1 Rückmeldung
   *[other] { $count } Rückmeldungen
}

cover-name = Deckblatt
cover-period = Berichtszeitraum
cover-audience = Erstellt für
cover-as-of = Stand
cover-as-of-time = { $date }, { $time } Uhr
cover-returns = Rückmeldungen
cover-returned = { $received ->
    [one] 1 von { $expected } liegt vor
   *[other] { $received } von { $expected } liegen vor
}
cover-missing = Ohne Rückmeldung
cover-missing-none = niemand, alle haben gemeldet
cover-late = Verspätet
cover-read-first = Zuerst lesen
cover-note = Hinweis
cover-legend = Zeichenerklärung
cover-sign = Zeichen
cover-meaning = Bedeutung
cover-contents = Zum Inhaltsverzeichnis

contents-name = Inhalt
contents-title = Inhalt
contents-lead = Ein Klick auf den Namen öffnet das Blatt.
contents-sheet = Blatt
contents-answers = Was es beantwortet
contents-profile = Kennzahlen im Vergleich, Potenziale und Stand der Rückmeldung
contents-back = Zurück zum Inhalt

series-name = Diagrammdaten
series-title = Daten der Diagramme
series-lead = Grundlage der Linien und Balken. Eine leere Zelle ist eine Lücke im Diagramm; das Themenblatt nennt den Grund.
series-marked = { $name }: { $mark }
series-target = { $title }: Zielwert

point-response-all = Alle { $expected } Rückmeldungen liegen vor.
point-response = { $received ->
    [one] 1 von { $expected } Rückmeldungen liegt vor
   *[other] { $received } von { $expected } Rückmeldungen liegen vor
}; noch keine von: { $names }.
point-missed-change = { $title }: { $value } statt { $target }; { $change }.
point-rule = { $count ->
    [one] { $title }: { $example }
   *[other] { $title } bei { $bodies } von { $of } meldenden Stellen ({ $count } Funde). Zum Beispiel: { $example }
}
point-worse = { $title } hat sich verschlechtert: { $value }, { $change } zum { $before }.
point-status = { $count ->
    [0] Von { $of } Kennzahlen mit Zielwert erreicht keine das Ziel
    [one] Von { $of } Kennzahlen mit Zielwert erreicht 1 das Ziel
   *[other] Von { $of } Kennzahlen mit Zielwert erreichen { $count } das Ziel
}, { $missed ->
    [0] keine verfehlt es deutlich.
    [one] 1 verfehlt es deutlich.
   *[other] { $missed } verfehlen es deutlich.
}
point-findings = In den Rückmeldungen { $count ->
    [one] wurde 1 Fehler
   *[other] wurden { $count } Fehler
} gefunden; was nicht zu verstehen war, ist nicht in die Kennzahlen eingegangen.
point-where = Blatt „{ $sheet }“

summary-marked = Wörter und Zeichen anstelle von Werten erklärt das Deckblatt.

response-head = { $received ->
    [one] 1 von { $expected } Rückmeldungen liegt vor
   *[other] { $received } von { $expected } Rückmeldungen liegen vor
}. Fristgerecht war eine Rückmeldung bis { $due }.
response-state = Stand
response-arrived = eingegangen am
response-files = Dateien
response-corrected = Korrektur
response-late-part = Nachlieferung
response-nil = Fehlanzeigen
response-missing = fehlende Blätter
response-completeness = Vollständigkeit (%)
response-errors = Fehler
response-warnings = Warnungen

topic-bodies = Nach meldenden Stellen, { $period }
topic-development = Entwicklung: { $scope }
topic-chart-alt-bodies = Balkendiagramm: { $title }, { $period }, nach Größe. Höchster Wert { $highest }, niedrigster Wert { $lowest }. Alle Werte stehen in der Tabelle auf diesem Blatt.
topic-chart-alt-course = Liniendiagramm: { $title }, { $first } bis { $last }. Alle Werte stehen in der Tabelle auf diesem Blatt.
topic-chart-alt-empty = Diagramm ohne Werte: { $title }. Die Gründe stehen in der Tabelle auf diesem Blatt.
topic-part = Ausprägung
topic-milestone = Wegmarke { $date }: { $text }

profile-lead = Kennzahlen ({ $period }) im Vergleich mit früheren Zeiträumen und mit „{ $total }“.
profile-return = Rückmeldung
profile-return-arrived = { $state }, eingegangen am { $date }
profile-checked = Prüfung
profile-findings = { $errors } Fehler, { $warnings ->
    [one] 1 Warnung
   *[other] { $warnings } Warnungen
}
profile-inhabitants = Einwohner
profile-inhabitants-of = { $count } am { $date }
profile-missing = Fehlende Blätter
profile-indicators = Kennzahlen
profile-potentials = Potenziale
profile-potentials-none = Für diesen Zeitraum wurden keine Potenziale gefunden.

progress-done = erledigt
progress-of = von
progress-share = Anteil erledigt (%)
progress-head = { $done ->
    [0] Von { $of } Einträgen ist noch keiner bei allen betroffenen Stellen erledigt.
    [one] Von { $of } Einträgen ist 1 bei allen betroffenen Stellen erledigt.
   *[other] Von { $of } Einträgen sind { $done } bei allen betroffenen Stellen erledigt.
}
progress-none = Für diesen Zeitraum gibt es nichts zu verfolgen.
progress-chart = Stand nach Zahl der meldenden Stellen
progress-chart-alt = Gestapeltes Balkendiagramm: je Zeile die Zahl der Stellen in jedem Stand. Alle Werte stehen in der Tabelle auf diesem Blatt.

potentials-number = Nr.
potentials-case = Fund
potentials-effect = Wirkung des Fundes
potentials-advice = Was zu tun ist
potentials-rule = Worum es geht
potentials-cases = Funde
potentials-bodies = betroffene Stellen
potentials-evidence = Belege zu: { $title }

quality-none = Zu den Rückmeldungen gibt es nichts anzumerken.
quality-head = { $errors } Fehler, { $warnings ->
    [one] 1 Warnung
   *[other] { $warnings } Warnungen
}, { $infos ->
    [one] 1 Hinweis
   *[other] { $infos } Hinweise
}; gleiche Befunde eines Blattes stehen in einer Zeile.
quality-severity = Schwere
quality-finding = Befund
quality-file = Datei
quality-table = Tabelle
quality-sheet = Blatt
quality-cells = Zellen
quality-count = Anzahl
quality-found = gefunden
quality-text = Erläuterung
quality-remedy = Was zu tun ist
quality-not-shown = nicht gezeigt
quality-no-body = nicht zuzuordnen
quality-more = und { $count } weitere
quality-whole = ganze Datei
quality-whole-sheet = ganzes Blatt
quality-side = Wer es klärt
quality-new-rule = Die Regel ist neu: bis { $until } nur eine Warnung.
quality-waived = Ausgenommen bis { $until }: { $reason } ({ $by }).
quality-completeness = Vollständigkeit
quality-complete = Von denen, die gemeldet haben, sind { $complete } von { $all } gefragten Blättern vollständig; freiwillige Felder zählen nicht.
quality-share = Anteil in %
quality-answered = beantwortete Zellen
quality-rules = Prüfregeln
quality-rules-meaning = So oft wurde eine Regel verletzt und so oft eingehalten; unentschieden ist sie, wo eine Angabe fehlt, die sie braucht.
quality-violated = verletzt
quality-held = eingehalten
quality-undecided = unentschieden
quality-rule = Was auffällt

methods-indicators = Kennzahlen
methods-definition = Definition
methods-numerator = Zähler
methods-denominator = Nenner
methods-denominator-none = ohne Nenner
methods-kind = Art
methods-missing = Umgang mit Lücken
methods-measure-sum = Summe von „{ $field }“ ({ $table })
methods-measure-count = Zahl der Zeilen ({ $table })
methods-measure-weights = gewichtete Zahl nach „{ $field }“ ({ $table })
methods-restricted = { $what }, nur bestimmte Zeilen
kind-share = Anteil (Teil eines Ganzen)
kind-rate = Rate (je Einwohner)
kind-ratio = Verhältnis (kann über 100 % liegen)
kind-mean = Durchschnitt
kind-count = Anzahl
missing-leave-out = Eine Stelle mit einer Lücke hat keinen Wert und zählt in der Gesamtzahl weder im Zähler noch im Nenner.
missing-leave-out-rows = Nur die Zeilen mit einer Lücke bleiben außer Betracht, im Zähler wie im Nenner.
methods-rules = Regeln und Grenzen
methods-rule = Regel
methods-says = Was gilt
methods-total = Werte aller Stellen zusammen
methods-total-text = Quotienten aus Summen, nie Durchschnitte von Quotienten. „Beruht auf“ sagt, wie viele der befragten Stellen eingegangen sind.
methods-secret = Geheimhaltung
methods-secret-text = Zahlen von Menschen über 0 und unter { $threshold } werden geheim gehalten ([g]), in Kommunen unter { $small } Einwohnern und in Aufgliederungen unter { $threshold-small }; dazu jeder Wert, aus dem sich ein solcher errechnen ließe.
methods-uncertain = Unsichere Werte
methods-uncertain-text = Quoten auf weniger als { $base } Menschen werden nicht gezeigt ([u]).
methods-change = Veränderungen
methods-change-text = Veränderungen sind Differenzen der gezeigten, gerundeten Werte.
methods-due = Frist
methods-due-text = Fristgerecht ist eine Rückmeldung bis { $date }.
methods-inhabitants = Einwohner und Fläche
methods-inhabitants-count = Einwohner
methods-inhabitants-date = Stichtag
methods-inhabitants-basis = Grundlage
methods-area = Fläche (km²)
methods-ags = Schlüssel

page = Seite &P von &N
subject = { $title } { $period }: { $received } von { $expected } Rückmeldungen

## Die Mail mit dem Bericht
letter-greeting = Guten Tag,
letter-opening = anbei „{ $title }“ ({ $period }), Stand { $date }.
letter-points = { $count ->
    [0] Für diesen Zeitraum drängt sich keine Entscheidung auf.
    [one] Dieser Punkt verdient zuerst Ihre Entscheidung:
   *[other] Diese { $count } Punkte verdienen zuerst Ihre Entscheidung:
}
letter-figures = Kennzahlen im Überblick
letter-change = zum { $before }
letter-missing = Noch ohne Rückmeldung: { $names }. Die Frist { $open ->
    [yes] läuft bis zum { $due }
   *[no] endete am { $due }
  }.
letter-complete = Alle { $expected } Rückmeldungen liegen vor.
letter-closing = Die Arbeitsmappe „{ $file }“ im Anhang enthält alle Tabellen, Diagramme und Definitionen. Kleine Zahlen von Menschen bleiben geheim und sind mit [g] gekennzeichnet.
letter-automatic = Diese Nachricht wurde automatisch erstellt.
letter-note = Hinweis: { $note }

## Der leere Bogen
blank-fill = Bitte füllen Sie die hellen Felder aus. Fehlt Ihnen eine Angabe, lassen Sie das Feld leer; eine Null bedeutet: es gibt keine.
blank-nil = Gibt es zu einem Blatt nichts zu melden, wählen Sie hier „{ $nil }“.
blank-sheets = Blatt
blank-answer = Stand des Blattes
blank-total = Insgesamt
blank-hint-count = ganze Zahl
blank-hint-decimal = Zahl, auch mit Nachkommastellen
blank-hint-money = Betrag in Euro
blank-hint-text = Text
blank-hint-code = bitte auswählen
blank-hint-yes-no = ja oder nein
blank-hint-date = Datum, z. B. 30.09.2026
blank-hint-optional = { $hint } (freiwillig)
blank-error-title = Bitte prüfen
blank-error-list = Bitte wählen Sie einen Eintrag aus der Liste.
blank-error-count = Bitte eine ganze Zahl ab 0 eintragen.
blank-error-number = Bitte eine Zahl ab 0 eintragen.
blank-error-date = Bitte ein Datum eintragen.

## Befunde: Name, Satz, was zu tun ist
finding-not-a-workbook = Keine Arbeitsmappe
finding-not-a-workbook-text = Die Datei ist keine Excel-Arbeitsmappe (gefunden: „{ $found }“); nichts aus ihr wurde verwendet.
finding-not-a-workbook-remedy = Bitte speichern Sie den Bogen als Excel-Arbeitsmappe (.xlsx) und senden Sie ihn noch einmal.
finding-empty-file = Leere Datei
finding-empty-file-text = Die Datei ist leer; es gab nichts zu lesen.
finding-empty-file-remedy = Bitte prüfen Sie die Datei auf Ihrem Rechner und senden Sie sie noch einmal.
finding-password-protected = Kennwortschutz
finding-password-protected-text = Die Datei ist mit einem Kennwort geschützt und ließ sich nicht öffnen; nichts aus ihr wurde verwendet.
finding-password-protected-remedy = Bitte entfernen Sie das Kennwort und senden Sie die Datei noch einmal.
finding-damaged-file = Datei beschädigt
finding-damaged-file-text = Die Datei ist beschädigt oder unvollständig angekommen und ließ sich nicht lesen; nichts aus ihr wurde verwendet.
finding-damaged-file-remedy = Bitte öffnen Sie den Bogen bei sich, speichern Sie ihn neu als .xlsx und senden Sie die neue Datei.
finding-html-file = Internetseite statt Arbeitsmappe
finding-html-file-text = Die Datei ist eine Internetseite (HTML), auch wenn sie wie eine Excel-Datei heißt; nichts aus ihr wurde verwendet.
finding-html-file-remedy = Bitte öffnen Sie die Datei in Excel, wählen Sie „Speichern unter“, Dateityp „Excel-Arbeitsmappe (.xlsx)“, und senden Sie diese Datei.
finding-word-file = Textdokument statt Arbeitsmappe
finding-word-file-text = Die Datei ist ein Textdokument ({ $found }), keine Excel-Arbeitsmappe; nichts aus ihr wurde verwendet.
finding-word-file-remedy = Bitte tragen Sie die Angaben in den Ihnen zugesandten Excel-Bogen ein und senden Sie diesen.
finding-lock-file = Sperrdatei
finding-lock-file-text = Die Datei ist keine Rückmeldung, sondern eine Sperrdatei, die Excel anlegt, solange eine Arbeitsmappe geöffnet ist. Sie enthält keine Angaben; es fehlt nichts.
finding-lock-file-remedy = Bitte schließen Sie die Arbeitsmappe und senden Sie die Datei, deren Name nicht mit „~$“ beginnt. Haben Sie das schon getan, ist nichts zu tun.
finding-less-trusted = Format mit weniger Prüfungen
finding-less-trusted-text = Das Dateiformat .{ $found ->
    [xlsb] xlsb wird gelesen, aber mit weniger Prüfungen als .xlsx: Durchgestrichenes, hochgestellte Ziffern, unsichtbare Schrift, Kommentare und bedingte Formate werden nicht gesehen, und ob das Ergebnis jeder Formel gespeichert ist, lässt sich nicht immer erkennen.
    [ods] ods wird gelesen, aber seine bedingten Formate werden nicht ausgewertet: Verbirgt oder streicht eines davon eine Zahl, zählt sie trotzdem.
   *[xls] xls wird gelesen, aber mit weniger Prüfungen als .xlsx: Kommentare und bedingte Formate werden nicht gesehen, und ob das Ergebnis jeder Formel gespeichert ist, lässt sich nicht immer erkennen.
  }
finding-less-trusted-remedy = Bitte speichern Sie den Bogen künftig als Excel-Arbeitsmappe (.xlsx).
finding-macros-ignored = Makros nicht ausgeführt
finding-macros-ignored-text = Die Arbeitsmappe enthält Makros. Sie wurden nicht ausgeführt; gelesen wurden die gespeicherten Werte.
finding-macros-ignored-remedy = Es ist nichts zu tun, wenn die Werte ohne Makros stimmen. Besser: Speichern Sie den Bogen als Excel-Arbeitsmappe ohne Makros (.xlsx).
finding-encoding-guessed = Zeichensatz erschlossen
finding-encoding-guessed-text = Die Textdatei sagt nicht, in welchem Zeichensatz sie geschrieben ist; sie wurde als „{ $found }“ gelesen.
finding-encoding-guessed-remedy = Bitte prüfen Sie, ob die Umlaute stimmen, und speichern Sie den Bogen künftig als Excel-Arbeitsmappe (.xlsx) oder als „CSV UTF-8“.
finding-too-large = Datei zu groß
finding-too-large-text = Die Datei ist größer, als ein ausgefüllter Bogen sein kann, und wurde nicht gelesen.
finding-too-large-remedy = Bitte entfernen Sie alles, was nicht zum Bogen gehört (Bilder, weitere Blätter, einzelne Zeichen weit unterhalb oder rechts der Tabellen), und senden Sie die Datei noch einmal.
finding-contradictory-file = Datei widersprüchlich
finding-contradictory-file-text = Die Datei sagt an einer Stelle zweierlei; welche Zahl gilt, lässt sich nicht entscheiden. Deshalb wurde nichts aus ihr übernommen.
finding-contradictory-file-remedy = Bitte öffnen Sie den Bogen mit Excel oder LibreOffice, prüfen Sie die Zahlen, speichern Sie ihn neu als .xlsx und senden Sie die neue Datei.
finding-reader-gave-up = Lesen abgebrochen
finding-reader-gave-up-text = Die Datei ließ sich innerhalb der Grenzen für Zeit und Speicher nicht lesen; nichts aus ihr wurde verwendet.
finding-reader-gave-up-remedy = Bitte speichern Sie den Bogen neu als .xlsx, entfernen Sie dabei alles, was nicht dazugehört, und senden Sie ihn noch einmal.
finding-unknown-reporter = Absender unbekannt
finding-unknown-reporter-text = Aus der Datei geht nicht hervor, wer meldet (gefunden: „{ $found }“); nichts aus ihr wurde verwendet.
finding-unknown-reporter-text-bare = Aus der Datei geht nicht hervor, wer meldet: Es ist nichts angegeben; nichts aus ihr wurde verwendet.
finding-unknown-reporter-remedy = Bitte geben Sie an, wer meldet (Name und Schlüssel): dort, wo der Bogen danach fragt, sonst im Namen der Datei; senden Sie sie dann noch einmal.
finding-period-unknown = Zeitraum unbekannt
finding-period-unknown-text = Der Berichtszeitraum ist nicht zu erkennen (gefunden: „{ $found }“); nichts aus der Datei wurde verwendet.
finding-period-unknown-text-bare = Der Berichtszeitraum ist nicht zu erkennen: Es ist keiner angegeben; nichts aus der Datei wurde verwendet.
finding-period-unknown-remedy = Bitte geben Sie den Zeitraum an, zum Beispiel „{ $expected }“: dort, wo der Bogen danach fragt, sonst im Namen der Datei; senden Sie sie dann noch einmal.
finding-period-not-asked = Zeitraum nicht gefragt
finding-period-not-asked-text = Für den angegebenen Zeitraum „{ $found }“ wird keine Rückmeldung erwartet; nichts aus der Datei wurde verwendet.
finding-period-not-asked-remedy = Bitte prüfen Sie den Zeitraum im Bogen und im Namen der Datei und senden Sie sie berichtigt noch einmal.
finding-no-known-sheet = Kein bekanntes Blatt
finding-no-known-sheet-text = Die Arbeitsmappe enthält keines der erwarteten Blätter; nichts aus ihr wurde verwendet.
finding-no-known-sheet-remedy = Bitte verwenden Sie den Ihnen zugesandten Bogen, ohne Blätter umzubenennen, und senden Sie ihn noch einmal.
finding-reporter-contradiction = Absender widersprüchlich
finding-reporter-contradiction-text = Die Angaben zum Absender widersprechen sich: „{ $found }“. Verwendet wird die Datei nur, wenn zwei der Angaben übereinstimmen.
finding-reporter-contradiction-remedy = Bitte berichtigen Sie Name oder Schlüssel im Bogen und senden Sie die Datei noch einmal.
finding-reporter-guessed = Absender erschlossen
finding-reporter-guessed-text = Wer meldet, steht nicht sicher im Bogen; nach „{ $found }“ wurde „{ $expected }“ angenommen, und die Angaben wurden dort gezählt.
finding-reporter-guessed-remedy = Bitte tragen Sie Name und Schlüssel (AGS) ein, wo der Bogen danach fragt; stimmt die Annahme nicht, melden Sie sich bitte.
finding-period-contradiction = Zeitraum widersprüchlich
finding-period-contradiction-text = Die Angaben zum Berichtszeitraum widersprechen sich: „{ $found }“. Verwendet wurde „{ $expected }“.
finding-period-contradiction-remedy = Bitte prüfen Sie den Zeitraum im Bogen, im Namen der Datei und in den Namen der Blätter; gilt ein anderer als der verwendete, senden Sie die Datei bitte berichtigt noch einmal.
finding-period-guessed = Zeitraum erschlossen
finding-period-guessed-text = Der Berichtszeitraum steht nicht sicher im Bogen; nach „{ $found }“ wurde „{ $expected }“ angenommen, und die Angaben wurden dort gezählt.
finding-period-guessed-remedy = Bitte tragen Sie den Zeitraum als Text ein, wo der Bogen danach fragt, zum Beispiel „{ $expected }“; stimmt die Annahme nicht, melden Sie sich bitte.
finding-period-ambiguous = Zeitraum mehrdeutig
finding-period-ambiguous-text = Der Berichtszeitraum „{ $found }“ lässt sich auf zwei Arten lesen ({ $expected }); die Datei wurde keinem von beiden zugeordnet.
finding-period-ambiguous-remedy = Bitte schreiben Sie den Zeitraum aus, zum Beispiel „3. Quartal 2026“, und senden Sie die Datei noch einmal.
finding-form-differs = Anderer Bogen
finding-form-differs-text = Die Datei wurde mit dem Bogen „{ $found }“ ausgefüllt, gefragt ist der Bogen „{ $expected }“; gelesen wurde, was beiden gemeinsam ist.
finding-form-differs-remedy = Bitte verwenden Sie beim nächsten Mal den Bogen, den Sie zuletzt erhalten haben.
finding-identical-submission = Gleiche Datei noch einmal
finding-identical-submission-text = Die Datei ist genau gleich wie eine schon eingegangene; sie zählt nur einmal.
finding-identical-submission-remedy = Es ist nichts zu tun. Wollten Sie eine geänderte Fassung senden, schicken Sie bitte diese.
finding-correction-received = Korrektur eingegangen
finding-correction-received-text = Die Korrektur ersetzt die frühere Meldung.
finding-correction-received-remedy = Es ist nichts zu tun.
finding-undeclared-correction = Korrektur ohne Kennzeichnung
finding-undeclared-correction-text = Zu diesem Zeitraum lag schon eine Meldung vor; die neue wurde als Korrektur verstanden und ersetzt sie.
finding-undeclared-correction-remedy = Bitte kennzeichnen Sie eine Korrektur auf dem Deckblatt und prüfen Sie, ob die neue Fassung gelten soll.
finding-received-late = Nach der Frist
finding-received-late-text = Die Rückmeldung kam nach der Frist ({ $expected }); ihre Angaben werden verwendet.
finding-received-late-remedy = Es ist nichts zu tun.
finding-table-missing = Blatt fehlt
finding-table-missing-text = Das Blatt „{ $expected }“ fehlt oder ist nicht ausgefüllt und ist auch nicht als Fehlanzeige gemeldet; seine Angaben gelten als nicht angegeben.
finding-table-missing-remedy = Bitte reichen Sie das Blatt nach oder melden Sie dafür Fehlanzeige.
finding-one-table-only = Textdatei mit nur einer Tabelle
finding-one-table-only-text = Die Datei ist eine Textdatei (csv); sie kann nur eine Tabelle enthalten. Es fehlen: { $expected }. Deren Angaben gelten als nicht angegeben.
finding-one-table-only-remedy = Bitte senden Sie den Bogen mit allen Blättern als Excel-Arbeitsmappe (.xlsx), oder jede Tabelle als eigene Datei.
finding-table-guessed = Tabelle an anderer Stelle
finding-table-guessed-text = Die Tabelle „{ $expected }“ wurde auf dem Blatt „{ $found }“ gefunden und von dort gelesen.
finding-table-guessed-remedy = Stimmt das, ist nichts zu tun; besser ist es, jede Tabelle auf dem Blatt zu lassen, das im Bogen für sie vorgesehen ist. Stimmt es nicht, melden Sie sich bitte.
finding-table-twice = Tabelle doppelt
finding-table-twice-text = Dieselbe Tabelle steht auch bei { $found }; gelesen wurde nur die bei { $expected }.
finding-table-twice-remedy = Bitte prüfen Sie, welche gilt, lassen Sie nur diese stehen und senden Sie die Datei noch einmal.
finding-table-shifted = Werte verschoben
finding-table-shifted-text = Die Werte in { $found } stehen nicht unter ihren Überschriften oder neben ihren Bezeichnungen; sie gehören offenbar nach { $expected }. Sie gelten als nicht angegeben.
finding-table-shifted-remedy = Bitte schieben Sie die Werte an ihren Platz und senden Sie die Datei noch einmal. Stehen sie doch richtig und hat eine Spalte davor wirklich keine Werte, schreiben Sie dort bitte „k. A.“ in jede Zeile.
finding-body-differs = Andere Stelle genannt
finding-body-differs-text = Hier steht „{ $found }“, die Rückmeldung ist aber die von „{ $expected }“. Zeilen, die eine andere Stelle nennen, wurden nicht gezählt.
finding-body-differs-remedy = Bitte prüfen Sie, ob die Angaben Ihre eigenen sind, und berichtigen Sie den Namen oder die Angaben.
finding-sheet-unknown = Unbekanntes Blatt
finding-sheet-unknown-text = Das Blatt „{ $found }“ gehört nicht zum Bogen und wurde nicht gelesen.
finding-sheet-unknown-remedy = Es ist nichts zu tun, falls das Blatt nur für Sie ist; gehört es zur Meldung, benennen Sie es bitte wie im Bogen.
finding-table-not-asked = Nicht gefragtes Blatt
finding-table-not-asked-text = Das Blatt „{ $found }“ gehört zum Bogen, ist von Ihnen aber nicht gefragt; es wurde nicht gelesen.
finding-table-not-asked-remedy = Es ist nichts zu tun.
finding-hidden-content = Ausgeblendetes mitgelesen
finding-hidden-content-text = Auf dem Blatt ist etwas mit Inhalt ausgeblendet ({ $found }); es wurde wie alles andere gelesen und verwendet.
finding-hidden-content-remedy = Bitte blenden Sie es ein und prüfen Sie, ob es zur Meldung gehört. Wenn nicht, löschen Sie es und senden Sie die Datei noch einmal.
finding-column-missing = Spalte fehlt
finding-column-missing-text = Hier fehlt: „{ $expected }“. Die Werte gelten als nicht angegeben.
finding-column-missing-remedy = Bitte ergänzen Sie, was fehlt, mit der Überschrift aus dem Bogen und senden Sie die Datei noch einmal.
finding-column-empty = Spalte leer
finding-column-empty-text = In allen Zeilen leer: „{ $expected }“. Die Werte gelten als nicht angegeben.
finding-column-empty-remedy = Bitte tragen Sie die Werte nach; wo es nichts zu melden gibt, sagen Sie es bitte ausdrücklich.
finding-column-unknown = Unbekannte Spalte
finding-column-unknown-text = Nicht zum Bogen gehört: „{ $found }“. Was darunter steht, wurde nicht gelesen.
finding-column-unknown-remedy = Es ist nichts zu tun, falls das nur für Sie ist; gehört es zur Meldung, verwenden Sie bitte die Überschrift aus dem Bogen.
finding-column-guessed = Spalte erraten
finding-column-guessed-text = Die Überschrift „{ $found }“ wurde als „{ $expected }“ verstanden; die Werte darunter wurden verwendet.
finding-column-guessed-remedy = Stimmt das, ist nichts zu tun; bitte verwenden Sie künftig die Überschrift aus dem Bogen.
finding-column-twice = Spalte doppelt
finding-column-twice-text = Die Überschrift „{ $found }“ steht über mehr als einer Spalte. Wo die Spalten einander widersprechen, gilt der Wert als nicht angegeben.
finding-column-twice-remedy = Bitte lassen Sie nur eine der Spalten stehen und senden Sie die Datei noch einmal.
finding-column-set-aside = Ausgeblendete Spalte übergangen
finding-column-set-aside-text = Die ausgeblendete Spalte „{ $found }“ steht für dasselbe wie die sichtbare Spalte „{ $expected }“; gelesen wurde nur die sichtbare.
finding-column-set-aside-remedy = Bitte löschen Sie die ausgeblendete Spalte, falls die sichtbare gilt; sonst blenden Sie sie ein und löschen die andere.
finding-total-row-differs = Summe stimmt nicht
finding-total-row-differs-text = Die Summenzeile sagt „{ $found }“, die Zeilen ergeben „{ $expected }“; verwendet wurden die Zeilen.
finding-total-row-differs-remedy = Bitte prüfen Sie Zeilen und Summe; fehlt eine Zeile oder ist eine falsch, senden Sie die Datei bitte berichtigt noch einmal.
finding-total-undecided = Summe nicht prüfbar
finding-total-undecided-text = Die Summenzeile sagt „{ $found }“, die angegebenen Zeilen ergeben „{ $expected }“; in mindestens einer Zeile fehlt die Angabe, deshalb bleibt offen, ob beides zusammenpasst.
finding-total-undecided-remedy = Bitte ergänzen Sie die fehlende Angabe; verwendet wurden die Zeilen.
finding-row-twice = Zeile doppelt
finding-row-twice-text = Zu „{ $found }“ gibt es mehr als eine Zeile; verwendet wurde nur die erste.
finding-row-twice-remedy = Bitte fassen Sie die Zeilen zu einer zusammen und senden Sie die Datei noch einmal.
finding-row-repeated = Zeile wiederholt
finding-row-repeated-text = Die Zeile „{ $found }“ steht mit genau denselben Angaben mehr als einmal da; gezählt wurde jede.
finding-row-repeated-remedy = Bitte löschen Sie, was doppelt eingefügt wurde; sind es wirklich mehrere, ist nichts zu tun.
finding-row-alike = Zeilen fast gleich
finding-row-alike-text = Zwei Zeilen „{ $found }“ unterscheiden sich nur in einer Zahl ({ $expected }); gezählt wurden beide.
finding-row-alike-remedy = Wurde eine Zeile doppelt eingefügt und nur eine der beiden geändert, löschen Sie bitte die andere; sind es wirklich zwei, ist nichts zu tun.
finding-row-missing = Zeile fehlt
finding-row-missing-text = Hier fehlt die Zeile: „{ $expected }“. Ihre Werte gelten als nicht angegeben.
finding-row-missing-remedy = Bitte ergänzen Sie, was fehlt. Eine 0 bitte nur, wenn feststeht, dass es nichts zu melden gibt; ist eine Zahl nicht bekannt, lassen Sie ihr Feld leer.
finding-row-is-part = Zeile ist Teil einer anderen
finding-row-is-part-text = Die Zeile „{ $found }“ wurde als Teil der Zeile darüber verstanden und nicht mitgezählt.
finding-row-is-part-remedy = Es ist nichts zu tun, falls die Zeile darüber diese Zahlen schon enthält.
finding-row-is-sum = Zeile als Summe verstanden
finding-row-is-sum-text = Die Zahlen der Zeile „{ $found }“ sind genau die Summen der anderen Zeilen, und sonst steht nichts in ihr; sie wurde nicht mitgezählt.
finding-row-is-sum-remedy = Ist es eine Summe, schreiben Sie bitte „Insgesamt“ davor. Ist es ein Eintrag, ergänzen Sie bitte die übrigen Spalten.
finding-row-apart = Zeile meint etwas anderes
finding-row-apart-text = „{ $found }“ spricht von einer anderen Zeit oder einer anderen Größe; die Zeile oder was darunter steht wurde nicht mitgezählt.
finding-row-apart-remedy = Bitte lassen Sie solche Zeilen weg. Sind es doch Einträge für diesen Zeitraum, ergänzen Sie bitte alle Spalten und lassen Sie die Zwischenzeile weg.
finding-row-bare = Zeile ohne Angaben
finding-row-bare-text = Nur aus diesem Text besteht: „{ $found }“; es wurde nicht als Eintrag gezählt.
finding-row-bare-remedy = Ist sie ein Eintrag, ergänzen Sie bitte die übrigen Spalten. Ein Verweis (siehe Anlage, unverändert) ersetzt keine Angaben.
finding-row-example = Beispielzeile
finding-row-example-text = Die Zeile „{ $found }“ sieht wie ein Ausfüllbeispiel aus und wurde nicht gezählt.
finding-row-example-remedy = Bitte löschen Sie das Beispiel; ist es ein Eintrag, benennen Sie ihn bitte anders.
finding-row-collective = Sammeleintrag
finding-row-collective-text = Die Zeile „{ $found }“ fasst offenbar mehrere Einträge zusammen; gezählt wurde sie als einer.
finding-row-collective-remedy = Bitte geben Sie jeden Eintrag in einer Zeile für sich an.
finding-row-nameless = Zeile ohne Bezeichnung
finding-row-nameless-text = In der Zeile stehen nur Zahlen („{ $found }“), und nichts sagt, wozu sie gehören; sie wurde als Eintrag gezählt.
finding-row-nameless-remedy = Bitte ergänzen Sie die Bezeichnung; ist es eine Summe, schreiben Sie bitte „Insgesamt“ davor.
finding-row-like-total = Summe oder Eintrag
finding-row-like-total-text = Die Zeile „{ $found }“ klingt nach einer Summe, ist aber nicht die der anderen Zeilen; sie wurde als Eintrag gezählt.
finding-row-like-total-remedy = Ist sie ein Eintrag, ist nichts zu tun; ist sie eine Summe, schreiben Sie bitte „Insgesamt“ davor und prüfen Sie die Zahlen.
finding-row-undescribed = Zeile ohne Beschreibung
finding-row-undescribed-text = In der Zeile „{ $found }“ sind nur der Name und Zahlen ausgefüllt, die anderen Zeilen sind beschrieben; sie wurde als Eintrag gezählt.
finding-row-undescribed-remedy = Ist es ein Eintrag, füllen Sie bitte seine Spalten aus. Ist es eine Summe oder ein Vergleich, löschen Sie bitte die Zeile oder nennen Sie sie „Summe“.
finding-nil-contradicted = Fehlanzeige widersprüchlich
finding-nil-contradicted-text = Deckblatt und Blatt widersprechen sich: Das eine sagt Fehlanzeige, das andere nicht. Verwendet wurde, was auf dem Blatt steht.
finding-nil-contradicted-remedy = Bitte prüfen Sie, was gilt: das Deckblatt oder das Blatt.
finding-not-a-number = Keine Zahl
finding-not-a-number-text = Hier wird eine Zahl erwartet, eingetragen ist „{ $found }“; der Wert gilt als nicht angegeben.
finding-not-a-number-remedy = Bitte tragen Sie nur die Zahl ein, ohne Wörter oder Einheiten.
finding-negative-count = Negative Zahl
finding-negative-count-text = Dieser Wert kann nicht negativ sein, eingetragen ist „{ $found }“; er gilt als nicht angegeben.
finding-negative-count-remedy = Bitte prüfen Sie die Zahl und tragen Sie die richtige ein.
finding-fraction-in-count = Bruch in einer Anzahl
finding-fraction-in-count-text = Hier wird eine ganze Zahl erwartet, eingetragen ist „{ $found }“; der Wert gilt als nicht angegeben.
finding-fraction-in-count-remedy = Bitte tragen Sie eine ganze Zahl ein.
finding-number-ambiguous = Zahl mehrdeutig
finding-number-ambiguous-text = Die Zahl „{ $found }“ lässt sich auf zwei Arten lesen; der Wert gilt als nicht angegeben.
finding-number-ambiguous-remedy = Bitte tragen Sie die Zahl als Zahl ein (nicht als Text), ohne Klammern und ohne Leerzeichen, mit Komma vor den Nachkommastellen; in jede Zelle nur eine.
finding-number-inexact = Keine genaue Zahl
finding-number-inexact-text = Hier wird eine genaue Zahl erwartet, eingetragen ist „{ $found }“; der Wert gilt als nicht angegeben.
finding-number-inexact-remedy = Bitte tragen Sie eine einzelne Zahl ein; ist nur eine Schätzung möglich, entscheiden Sie sich bitte für die beste und sagen Sie es in der Bemerkung.
finding-number-withheld = Zahl zurückgehalten
finding-number-withheld-text = Statt der Zahl ist „{ $found }“ eingetragen; der Wert gilt als geheim gehalten und geht in keine Kennzahl ein.
finding-number-withheld-remedy = Bitte tragen Sie, wenn Sie dürfen, die Zahl selbst ein: kleine Werte werden erst in der Auswertung unkenntlich gemacht.
finding-number-uncertain = Aussagewert eingeschränkt
finding-number-uncertain-text = Die Zahl „{ $found }“ steht in Klammern, ihr Aussagewert ist also eingeschränkt; verwendet wurde „{ $expected }“.
finding-number-uncertain-remedy = Es ist nichts zu tun.
finding-number-made-date = Datum statt Zahl
finding-number-made-date-text = Hier wird eine Zahl erwartet, in der Zelle steht aber ein Datum („{ $found }“); Excel macht aus Eingaben wie „1.5“ einen Tag. Der Wert gilt als nicht angegeben.
finding-number-made-date-remedy = Bitte stellen Sie das Zahlenformat der Zelle auf „Zahl“ und tragen Sie die Zahl noch einmal ein, mit Komma: 1,5.
finding-key-made-date = Datum statt Nummer
finding-key-made-date-text = Hier wird eine Nummer oder ein Name erwartet, in der Zelle steht aber ein Datum („{ $found }“); Excel macht aus Eingaben wie „2026-02“ einen Tag. Die Angabe gilt als nicht vorhanden, die Zeile gehört zu keiner Nummer.
finding-key-made-date-remedy = Bitte stellen Sie das Zahlenformat der Zelle auf „Text“ und tragen Sie die Nummer noch einmal ein.
finding-scale-differs = Andere Einheit
finding-scale-differs-text = Hier stehen Werte in der Einheit „{ $found }“, gefragt ist „{ $expected }“; sie wurden nicht verwendet.
finding-scale-differs-remedy = Bitte tragen Sie die Werte in der gefragten Einheit ein, nur als Zahlen: ganze Beträge ohne Kürzung auf Tausend (26500 statt 26,5 TEUR) und ohne Prozent.
finding-not-a-date = Kein Datum
finding-not-a-date-text = Hier wird ein Datum mit Tag, Monat und Jahr erwartet, eingetragen ist „{ $found }“; es gilt als nicht angegeben.
finding-not-a-date-remedy = Bitte tragen Sie nur das Datum in der Form 30.09.2026 ein, ohne weitere Wörter; Erläuterungen gehören in die Bemerkung.
finding-date-in-future = Datum in der Zukunft
finding-date-in-future-text = Das Datum „{ $found }“ liegt in der Zukunft; es gilt als nicht angegeben.
finding-date-in-future-remedy = Bitte prüfen Sie das Datum und tragen Sie das richtige ein.
finding-code-unknown = Eintrag nicht in der Liste
finding-code-unknown-text = Der Eintrag „{ $found }“ ist keiner von denen, die der Bogen kennt; er gilt als nicht angegeben.
finding-code-unknown-text-bare = Hier steht kein Eintrag, obwohl Zahlen dazugehören; er gilt als nicht angegeben.
finding-code-unknown-remedy = Bitte wählen Sie einen aus der Liste: { $expected }.
finding-code-guessed = Eintrag erraten
finding-code-guessed-text = Der Eintrag „{ $found }“ wurde als „{ $expected }“ verstanden und so verwendet.
finding-code-guessed-remedy = Stimmt das, ist nichts zu tun; bitte wählen Sie künftig den Eintrag aus der Liste.
finding-tick-ambiguous = Kreuz mehrdeutig
finding-tick-ambiguous-text = Das Kreuz „{ $found }“ kann „ja“ heißen oder „entfällt“; der Wert gilt als nicht angegeben.
finding-tick-ambiguous-remedy = Bitte schreiben Sie „ja“ oder „nein“.
finding-text-refers = Verweis statt Angabe
finding-text-refers-text = Statt einer Angabe steht hier ein Verweis („{ $found }“); der Wert gilt als nicht angegeben.
finding-text-refers-remedy = Bitte tragen Sie die Angabe selbst ein.
finding-error-cell = Excel-Fehler in der Zelle
finding-error-cell-text = Die Zelle zeigt statt eines Wertes den Excel-Fehler „{ $found }“; der Wert gilt als nicht angegeben.
finding-error-cell-remedy = Bitte ersetzen Sie die Formel durch den Wert.
finding-formula-without-value = Formel ohne Ergebnis
finding-formula-without-value-text = Die Zelle enthält eine Formel, deren Ergebnis die Datei nicht speichert; der Wert gilt als nicht angegeben.
finding-formula-without-value-remedy = Bitte öffnen Sie die Datei in Excel, speichern Sie sie und senden Sie sie noch einmal.
finding-number-from-error = Zahl anstelle eines Fehlers
finding-number-from-error-text = Die Formel dieser Zelle setzt „{ $found }“ ein, wenn ihre Rechnung fehlschlägt (WENNFEHLER), und genau das ist ihr Ergebnis: Ob das die Zahl ist oder ein verdeckter Fehler, ist nicht zu erkennen. Der Wert wurde verwendet.
finding-number-from-error-remedy = Bitte prüfen Sie, was die Formel ohne WENNFEHLER ergibt. Ist es ein Fehler, tragen Sie die Zahl selbst ein oder lassen Sie das Feld leer; stimmt der Wert, ist nichts zu tun.
finding-linked-workbook = Zahl aus einer anderen Arbeitsmappe
finding-linked-workbook-text = Die Zahl „{ $found }“ holt eine Formel aus einer anderen Arbeitsmappe, die hier nicht vorliegt; verwendet wurde der zuletzt gespeicherte Wert.
finding-linked-workbook-remedy = Bitte prüfen Sie, ob die Verknüpfung vor dem Senden aktualisiert war; besser ist die Zahl selbst (Kopieren, Inhalte einfügen, Werte).
finding-line-too-long = Zeile mit zu vielen Feldern
finding-line-too-long-text = Die Textdatei hat { $expected } Überschriften, diese Zeilen haben aber mehr Felder (Zahl der Felder in Klammern): { $found }. Vermutlich hat ein Komma in einer Zahl oder einem Text die Zeile zerteilt; ihre Werte gelten ab dem zweiten Feld als nicht angegeben.
finding-line-too-long-remedy = Bitte setzen Sie Werte mit Komma in Anführungszeichen ("26,5"), speichern Sie die Datei mit Semikolon als Trennzeichen oder senden Sie die Excel-Arbeitsmappe (.xlsx) selbst.
finding-value-merged = Zahl über mehrere Zeilen
finding-value-merged-text = { $expected ->
    [columns] Die Zahl „{ $found }“ steht in einer verbundenen Zelle über mehreren Spalten; sie wurde nur der ersten Spalte zugerechnet.
   *[rows] Die Zahl „{ $found }“ steht in einer verbundenen Zelle über mehreren Zeilen; sie wurde nur der ersten zugerechnet.
  }
finding-value-merged-remedy = { $expected ->
    [columns] Bitte heben Sie die Verbindung auf und tragen Sie in jede Spalte ihre Zahl ein.
   *[rows] Bitte heben Sie die Verbindung auf und tragen Sie in jede Zeile ihre Zahl ein.
  }
finding-number-hidden-by-format = Zahl durch Format verdeckt
finding-number-hidden-by-format-text = In der Zelle steht eine Zahl, die ihr Zahlenformat nicht zeigt (zu sehen ist nur: „{ $found }“); sie gilt als zurückgehalten und geht in keine Kennzahl ein.
finding-number-hidden-by-format-text-bare = In der Zelle steht eine Zahl, die ihr Zahlenformat nicht zeigt (zu sehen ist nichts); sie gilt als zurückgehalten und geht in keine Kennzahl ein.
finding-number-hidden-by-format-remedy = Soll die Zahl zählen, stellen Sie bitte das Zahlenformat „Standard“ ein, sodass sie zu sehen ist; sonst ist nichts zu tun.
finding-number-shown-otherwise = Zahl anders gezeigt als gespeichert
finding-number-shown-otherwise-text = Die Zelle zeigt „{ $found }“, gespeichert ist aber die Zahl „{ $expected }“: Ihr Zahlenformat rechnet um oder setzt etwas hinzu, oder ein Teil der Schrift ist nicht zu sehen. Welche gilt, lässt sich nicht entscheiden; der Wert gilt als nicht angegeben.
finding-number-shown-otherwise-remedy = Bitte stellen Sie das Zahlenformat „Standard“ ein und tragen Sie die Zahl in der Einheit ein, nach der die Spalte fragt.
finding-number-hard-to-see = Zahl schwer zu sehen
finding-number-hard-to-see-text = In der Zelle steht eine Zahl, die auf dem Blatt nicht oder vielleicht nicht zu sehen ist (Schrift in der Farbe des Grundes, winzige Schrift oder bedingtes Format); sie wurde wie jede andere verwendet.
finding-number-hard-to-see-remedy = Bitte prüfen Sie, ob die Zahl zur Meldung gehört. Wenn nicht, löschen Sie sie und senden Sie die Datei noch einmal.
finding-crossed-out = Angabe durchgestrichen
finding-crossed-out-text = Die Angabe „{ $found }“ ist durchgestrichen; sie gilt als nicht angegeben.
finding-crossed-out-remedy = Bitte löschen Sie, was nicht gilt, und tragen Sie ein, was gilt; gilt die Angabe doch, nehmen Sie bitte die Streichung weg.
finding-partly-crossed-out = Angabe teils durchgestrichen
finding-partly-crossed-out-text = „{ $found }“ ist durchgestrichen; verwendet wurde, was übrig bleibt: „{ $expected }“.
finding-partly-crossed-out-remedy = Stimmt das, ist nichts zu tun; bitte löschen Sie künftig, was nicht gilt.
finding-footnote-ignored = Fußnote an einer Angabe
finding-footnote-ignored-text = An der Angabe „{ $found }“ steht ein Zeichen wie für eine Fußnote; es wurde nicht mitgelesen. Verwendet wurde „{ $expected }“.
finding-footnote-ignored-remedy = Stimmt das, ist nichts zu tun; Erläuterungen gehören besser in die Bemerkung.
finding-note-on-figures = Vermerk zu den Zahlen
finding-note-on-figures-text = Ein Vermerk oder Kommentar sagt etwas, das die Bedeutung der Zahlen ändern kann („{ $found }“); sie wurden verwendet, wie sie da stehen.
finding-note-on-figures-remedy = Bitte prüfen Sie, ob die Zahlen für den Berichtszeitraum und nach den Vorgaben des Bogens gezählt sind. Wenn nicht, berichtigen Sie sie und senden Sie die Datei noch einmal.
finding-part-exceeds-whole = Teil größer als das Ganze
finding-part-exceeds-whole-text = Der Teil („{ $found }“) ist größer als das Ganze („{ $expected }“); beide Zahlen wurden so verwendet, wie sie da stehen.
finding-part-exceeds-whole-remedy = Bitte prüfen Sie beide Zahlen der Zeile und senden Sie die Datei berichtigt noch einmal.
finding-key-unmatched = Nummer ohne Gegenstück
finding-key-unmatched-text = Zu „{ $found }“ gibt es auf dem Blatt „{ $expected }“, auf das sich die Zeile bezieht, keinen Eintrag; was dort steht (etwa eine Frist), fehlt dieser Zeile.
finding-key-unmatched-remedy = Bitte vergleichen Sie die Schreibweise mit der Liste, auf die sich die Zeile bezieht, und senden Sie die Datei berichtigt noch einmal.
finding-rule-violated = Unstimmig
finding-rule-violated-text = Die Angaben einer Zeile passen nicht zusammen; sie wurden so verwendet, wie sie da stehen.
finding-rule-violated-remedy = Bitte prüfen Sie die Angaben dieser Zeile.
finding-outlier-own-past = Ungewöhnlich gegenüber früher
finding-outlier-own-past-text = Der Wert „{ $found }“ liegt weit außerhalb dessen, was bisher gemeldet wurde (meist { $expected }); er wurde verwendet.
finding-outlier-own-past-remedy = Bitte prüfen Sie den Wert; stimmt er, ist nichts zu tun.
finding-outlier-among-peers = Ungewöhnlich gegenüber anderen
finding-outlier-among-peers-text = Der Wert „{ $found }“ weicht, gemessen an den Einwohnern, stark von dem ab, was die anderen Kommunen melden; er wurde verwendet.
finding-outlier-among-peers-remedy = Bitte prüfen Sie den Wert; stimmt er, ist nichts zu tun.

## Was in den Sätzen wechselt
few-more = { $few } und { $more } weitere
unseen-sheet = das ganze Blatt
unseen-row = Zeile { $name }
unseen-rows = Zeilen { $name }
unseen-column = Spalte { $name }
unseen-columns = Spalten { $name }
recurring = Wie schon im { $before }.
file-pdf = PDF-Dokument
file-image = Bild
file-archive-7z = 7z-Archiv
file-archive-rar = RAR-Archiv
file-archive-gz = gz-Archiv
file-archive-zip = ZIP-Archiv
file-old-excel = Excel-Datei von vor 1995
file-bare-excel = Excel-Datei ohne ihre Hülle
file-database = Datenbank
file-xml-2003 = XML-Kalkulationstabelle 2003
file-xml = XML-Datei
file-mail = E-Mail
file-mail-outlook = E-Mail (Outlook)
file-slides = PowerPoint-Präsentation
file-apple = Apple-Dokument (Numbers, Pages)
file-office = Office-Datei ohne Arbeitsmappe
file-foreign = Datei aus einem anderen Programm
file-text-encoding = Text in unbekanntem Zeichensatz
file-text = Text ohne Spalten

# ------------------------------------------------------ Nachrichten an den Betreuer von kim
alert-hello = Guten Tag,
alert-remedy = Was zu tun ist: { $remedy }
alert-reason = Das Programm meldet: { $reason }
alert-once = Diese Nachricht kommt einmal. Sobald alles wieder in Ordnung ist, kommt noch eine.
alert-over = Es ist nichts mehr zu tun.
alert-sign = kim { $version } auf { $host }, Datenordner { $data }
alert-since = Bemerkt am { $since }.
alert-run-failed-subject = kim: Lauf fehlgeschlagen: { $about }
alert-run-failed-text = Der Lauf „{ $about }“, fällig am { $when }, ist fehlgeschlagen. { $again ->
    [yes] kim versucht ihn von selbst weiter, in wachsenden Pausen, längstens bis { $until }.
   *[no] kim versucht ihn nicht mehr von selbst.
  }
alert-run-failed-remedy = Bitte beheben Sie die genannte Ursache. „kim retry“ nimmt den Lauf danach sofort wieder auf, mit seiner Uhrzeit von damals. Gelingt einer der nächsten Versuche von selbst, hören Sie von kim. „kim status“ zeigt die letzten Läufe, „kim doctor“ prüft die Umgebung.
alert-run-failed-well-subject = kim: Lauf doch gelungen: { $about }
alert-run-failed-well = Der Lauf „{ $about }“, fällig am { $when }, war fehlgeschlagen und ist nun gelungen.
alert-timer-failed-subject = kim: Lauf fehlgeschlagen: { $about }
alert-timer-failed-text = Der Lauf „{ $about }“ vom { $when } ist fehlgeschlagen. Ein Zeitgeber hat ihn gestartet; von selbst versucht ihn kim nicht noch einmal.
alert-timer-failed-remedy = Bitte beheben Sie die genannte Ursache; danach holt „kim retry“ den Lauf nach. „kim status“ zeigt die letzten Läufe, „kim doctor“ prüft die Umgebung.
alert-timer-failed-well-subject = kim: Lauf nachgeholt: { $about }
alert-timer-failed-well = „{ $about }“ war am { $when } fehlgeschlagen und ist seither gelungen.
alert-run-late-subject = kim: Lauf überfällig: { $about }
alert-run-late-text = Der Lauf „{ $about }“, fällig am { $when }, hat { $begun ->
    [yes] begonnen, ist aber nicht fertig geworden.
   *[no] nicht begonnen.
  }
alert-run-late-remedy = Bitte sehen Sie mit „kim status --check“ nach, ob der Dienst läuft, und ob ein anderer Lauf den Datenordner besetzt hält. Steht der Dienst still, starten Sie ihn neu: kim holt den Lauf nach.
alert-run-late-well-subject = kim: Lauf nachgeholt: { $about }
alert-run-late-well = Der überfällige Lauf „{ $about }“, fällig am { $when }, ist gelungen.
alert-run-passed-well-subject = kim: Lauf ausgelassen: { $about }
alert-run-passed-well = Der Lauf „{ $about }“, der am { $when } fällig war, hat nicht stattgefunden und wird nicht nachgeholt. Soll er doch stattfinden, starten Sie ihn mit „kim run“.
alert-restored-subject = kim: Nach der Wiederherstellung ungewiss: { $about }
alert-restored-text = Die Buchführung wurde aus einer Sicherung wiederhergestellt. { $slots ->
    [one] Der Lauf „{ $about }“ vom { $when }
   *[other] { $slots } Läufe „{ $about }“ vom { $first } bis zum { $when }
  } { $slots ->
    [one] kann
   *[other] können
  } vor dem Ausfall noch stattgefunden haben; die Sicherung weiß es nicht. Damit niemand dieselbe Mail zweimal bekommt, holt kim hier nichts von selbst nach.
alert-restored-remedy = Bitte fragen Sie die Empfänger, ob die Auswertung kam. Wenn nein: „kim run { $pipeline }“. Wenn ja, ist nichts zu tun; der nächste Termin läuft wie immer.
alert-restored-well-subject = kim: Nach der Wiederherstellung geklärt: { $about }
alert-restored-well = „{ $about }“ ist seit der Wiederherstellung wieder gelaufen.
alert-mail-restored-subject = kim: Nach der Wiederherstellung bei { $count ->
    [one] einer Mail
   *[other] { $count } Mails
  } offen, ob sie hinausging
alert-mail-restored-text = An { $to } ({ $audience }): Die Mail wartete, als die Sicherung entstand, aus der die Buchführung wiederhergestellt wurde. Sie kann danach hinausgegangen sein; kim schickt sie deshalb nicht von selbst.
alert-mail-restored-remedy = Bitte fragen Sie nach, ob die Mail ankam. Wenn ja: „kim retry --close=ADRESSE“; wenn nein: „kim retry --unknown=ADRESSE“ schickt sie.
alert-mail-restored-well-subject = kim: Mail aus der Zeit vor der Wiederherstellung geklärt
alert-mail-restored-well = An { $to } ({ $audience }): Es ist geklärt, was aus der Mail wurde.
alert-mail-refused-subject = kim: { $count ->
    [one] Eine Mail wurde
   *[other] { $count } Mails wurden
  } nicht angenommen
alert-mail-refused-text = An { $to } ({ $audience }): Der Mailserver hat die Mail abgelehnt.
alert-mail-refused-remedy = Ist die Adresse in contacts.toml falsch oder etwas anderes in den Einstellungen zu ändern, schickt danach „kim run“ die Mail. Lag es am Mailserver, schickt „kim retry --refused“ sie noch einmal, sobald er sie nimmt; „kim retry --close“ lässt es dabei.
alert-mail-refused-well-subject = kim: Abgelehnte Mail geklärt
alert-mail-refused-well = An { $to } ({ $audience }): Die abgelehnte Mail ist geklärt.
alert-mail-unknown-subject = kim: Bei { $count ->
    [one] einer Mail ist
   *[other] { $count } Mails ist
  } offen, ob sie ankam
alert-mail-unknown-text = An { $to } ({ $audience }): Die Verbindung brach ab, als die Mail schon übergeben war. Sie kann angekommen sein; kim schickt sie deshalb nicht von selbst noch einmal.
alert-mail-unknown-remedy = Bitte fragen Sie nach, ob die Mail ankam. Wenn ja: „kim retry --close=ADRESSE“; wenn nein: „kim retry --unknown=ADRESSE“ schickt sie noch einmal.
alert-mail-unknown-well-subject = kim: Offene Mail geklärt
alert-mail-unknown-well = An { $to } ({ $audience }): Es ist geklärt, was aus der Mail wurde.
alert-mail-given-up-subject = kim: { $count ->
    [one] Eine Mail wurde
   *[other] { $count } Mails wurden
  } aufgegeben
alert-mail-given-up-text = An { $to } ({ $audience }): Der Mailserver hat die Mail so oft vertagt, dass kim sie nicht weiter versucht.
alert-mail-given-up-remedy = Bitte klären Sie mit der IT, warum der Mailserver diese Mail nicht annimmt. Danach schickt „kim retry --refused“ sie noch einmal.
alert-mail-given-up-well-subject = kim: Aufgegebene Mail geklärt
alert-mail-given-up-well = An { $to } ({ $audience }): Die aufgegebene Mail ist geklärt.
alert-config-refused-subject = kim: Geänderte Einstellungen nicht übernommen
alert-config-refused-text = Die Einstellungen, wie sie jetzt in den Dateien stehen, enthalten Fehler. kim arbeitet mit den bisherigen weiter.
alert-config-refused-remedy = Bitte rufen Sie „kim check“ auf, beheben Sie, was es nennt, und laden Sie die Einstellungen neu. Solange sie fehlerhaft sind, startet der Dienst nach einem Halt nicht wieder.
alert-config-refused-well-subject = kim: Geänderte Einstellungen übernommen
alert-config-refused-well = Die Einstellungen sind wieder in Ordnung und übernommen.
alert-source-away-subject = kim: Eingang nicht erreichbar
alert-source-away-text = Der Eingang „{ $source }“ ist nicht da. Solange er fehlt, schlägt jeder Lauf fehl; kim sieht immer wieder nach.
alert-source-away-remedy = Bitte sehen Sie nach, ob die Freigabe eingebunden ist und ob der Pfad unter [[source]] in kim.toml stimmt. „kim check“ nennt die Zeile.
alert-source-away-well-subject = kim: Eingang wieder da
alert-source-away-well = Der Eingang „{ $source }“ ist wieder da.
alert-source-empty-subject = kim: Eingang leer
alert-source-empty-text = Im Eingang „{ $source }“ liegt nichts mehr, obwohl Rückmeldungen von dort gekommen sind. Was neu eingeht, erreicht kim so nicht; was schon aufbewahrt ist, zählt weiter.
alert-source-empty-remedy = Bitte sehen Sie nach, ob die Freigabe eingebunden ist: Der Ordner, in den sie eingebunden wird, ist ohne sie leer. Ist er mit Absicht leer, legen Sie eine verborgene Datei hinein, etwa .kim; dann gilt er als vorhanden.
alert-source-empty-well-subject = kim: Eingang nicht mehr leer
alert-source-empty-well = Mit dem Eingang „{ $source }“ ist wieder alles in Ordnung.
alert-returns-missing-subject = kim: Rückmeldungen fehlen ({ $period }): { $about }
alert-returns-missing-text = „{ $about }“ ist gelaufen, aber für den Zeitraum { $period } ist nichts eingegangen, obwohl die Frist vorbei ist. Ausgewertet wurde noch einmal der Zeitraum { $reported }; wer das schon hat, hat nichts bekommen.
alert-returns-missing-remedy = Bitte sehen Sie nach, ob die Freigabe mit den Rückmeldungen eingebunden ist und ob sie dort liegen. „kim doctor“ nennt leere Eingänge, „kim status“, wer gemeldet hat. Sind die Rückmeldungen da, wertet „kim run“ sie sofort aus.
alert-returns-missing-well-subject = kim: Rückmeldungen ausgewertet ({ $period }): { $about }
alert-returns-missing-well = „{ $about }“ hat inzwischen den Zeitraum { $period } oder einen neueren ausgewertet.
alert-disk-low-subject = kim: Speicherplatz wird knapp ({ $free })
alert-disk-low-text = Auf dem Datenträger des Datenordners sind nur noch { $free } frei; nötig sind { $wanted }.
alert-disk-low-remedy = Bitte schaffen Sie Platz oder vergrößern Sie den Datenträger. Ist er voll, kann kim weder Rückmeldungen aufbewahren noch Läufe festhalten.
alert-disk-low-well-subject = kim: Wieder genug Speicherplatz
alert-disk-low-well = Auf dem Datenträger des Datenordners ist wieder genug Platz.
alert-clock-doubted-subject = kim: Die Uhr des Rechners geht vielleicht falsch, nichts wird gelöscht
alert-clock-doubted-text = Die Uhr des Rechners ist allem, was kim weiß, um mehr als ein Jahr voraus. Was nach der Aufbewahrungsfrist zu löschen wäre, bleibt deshalb liegen.
alert-clock-doubted-remedy = Bitte prüfen Sie die Uhr (timedatectl) und stellen Sie sie richtig. Stimmt sie, so sehen Sie mit kim forget --dry-run nach, was fällig ist, und löschen Sie es mit kim forget. Geschieht nichts, glaubt kim der Uhr nach einer Woche ununterbrochener Laufzeit.
alert-clock-doubted-well-subject = kim: Der Uhr wird wieder geglaubt
alert-clock-doubted-well = Die Uhr des Rechners passt wieder zu dem, was kim weiß. Was fällig ist, wird wieder von selbst gelöscht.
alert-data-closed-subject = kim: In den Datenordner lässt sich nicht schreiben
alert-data-closed-text = Der Datenordner nimmt nichts mehr an: Der Datenträger ist voll oder schreibgeschützt, oder das Konto von kim hat dort keine Rechte mehr. Bis das behoben ist, läuft nichts und wird nichts verschickt; verloren geht nichts.
alert-data-closed-remedy = Bitte schaffen Sie Platz, hängen Sie den Datenträger wieder beschreibbar ein, oder stellen Sie die Rechte wieder her. Ein Dateisystem, das sich selbst auf „nur lesen“ stellt, hat einen Fehler gefunden: Prüfen Sie den Datenträger, und sichern Sie vorher mit kim backup. Danach macht kim von selbst weiter.
alert-data-closed-well-subject = kim: In den Datenordner lässt sich wieder schreiben
alert-data-closed-well = Der Datenordner nimmt wieder alles an; was inzwischen fällig war, wird nachgeholt.
alert-ledger-newer-subject = kim: Diese Version ist älter als die Buchführung
alert-ledger-newer-text = Die Datei ledger.sqlite im Datenordner ist von einer neueren Version von kim. Sie ist heil; diese ältere Version kann sie nicht lesen, und bis die neuere wieder da ist, läuft nichts und wird nichts verschickt.
alert-ledger-newer-remedy = Bitte spielen Sie die neuere Version von kim wieder ein. Spielen Sie keine Sicherung ein: Sie wüsste nicht, was seither verschickt wurde.
alert-ledger-newer-well-subject = kim: Die Buchführung ist wieder lesbar
alert-ledger-newer-well = Version und Buchführung passen wieder zueinander.
alert-ledger-subject = kim: Die Buchführung ist beschädigt
alert-ledger-text = Die Datei ledger.sqlite im Datenordner besteht die Prüfung nicht. In ihr steht, was schon lief und was schon verschickt ist; ohne sie läuft nichts mehr von selbst.
alert-ledger-remedy = Bitte halten Sie den Dienst an, heben Sie die Datei auf und spielen Sie die letzte Sicherung des Datenordners ein. Prüfen Sie auch den Datenträger.
alert-ledger-well-subject = kim: Die Buchführung ist wieder lesbar
alert-ledger-well = Die Datei ledger.sqlite im Datenordner besteht die Prüfung wieder.

## Was kim inspect zeigt
page-unknown = nicht erkannt
page-the-file = die Datei
page-error = Fehler
page-warning = Warnung
page-note = Hinweis
page-file = Datei
page-body = Stelle
page-period = Zeitraum
page-form = Bogen
page-kind = Art
page-answers = Umfang
page-rules = Regeln
page-findings = Befunde
page-hint = Tipp
page-table = Tabelle
page-cells = Zellen
page-kind-first = Erstmeldung
page-kind-late-part = Nachlieferung: ergänzt Tabellen
page-kind-correction = Korrektur: ersetzt Tabellen
page-form-same = ; so steht es in der Datei
page-form-other = ; in der Datei steht { $form }
page-answers-tables = { $count } von { $asked ->
    [one] 1 Tabelle
   *[other] { $asked } Tabellen
  }
page-answers-cells = ; darin { $count } von { $asked } gefragten Zellen
page-rules-fared = { $held }-mal eingehalten, { $violated }-mal verletzt
page-errors = { $count } Fehler
page-warnings = { $count ->
    [one] 1 Warnung
   *[other] { $count } Warnungen
  }
page-notes = { $count ->
    [one] 1 Hinweis
   *[other] { $count } Hinweise
  }
page-hint-csv = Eine csv hat ein Blatt, das wie die Datei heißt, und kein Deckblatt: Wer meldet und für wann, muss in ihrem Namen oder in einer Spalte stehen; probieren Sie mit --as einen anderen Namen.
page-hint-folder = Für wann die Datei ist, kann auch der Ordner im Eingang sagen: nennen Sie beide mit --as ORDNER/DATEI.
page-by-key = nach dem Schlüssel
page-by-cover = so steht es da
page-by-file = nach dem Dateinamen
page-by-folder = nach dem Ordner
page-by-closeness = erraten
page-by-date = nach dem Datum erraten
page-by-sheets = nach dem Namen eines Blattes
page-known = ({ $by }: { $place }„{ $written }“)
page-missing = { $sheet }: fehlt
page-nothing-wrong = An der Datei für sich genommen ist nichts auszusetzen; „kim run“ vergleicht sie auch mit anderen Rückmeldungen.
page-on-sheet = { $name } auf Blatt „{ $sheet }“
page-nil = { $name }: Fehlanzeige (nichts zu melden)
page-state-reported = { $count } gemeldet
page-state-confirmed-zero = { $count } bestätigte Null
page-state-missing = { $count } fehlen
page-state-withheld = { $count } zurückgehalten
page-state-not-applicable = { $count } nicht zutreffend
page-rows-from-to = (Zeilen { $first } bis { $last } des Blattes)
page-rows-only = (Zeile { $row } des Blattes)
page-rows = { $count ->
    [one] 1 Zeile
   *[other] { $count } Zeilen
  }
page-cells-of = { $name }: { $rows }{ $where }, Zellen: { $counts }
page-heading-as = „{ $heading }“ ({ $cell }) als „{ $asked }“
page-headings = Überschriften { $place }: { $count } wie im Bogen
page-alias = unter anderem Namen: { $headings }
page-guessed = erraten: { $headings }
page-more = { $few } und { $more } weitere
page-owners = Zeilen von { $count ->
    [one] 1 Stelle
   *[other] { $count } Stellen
  } für { $periods }: { $names }
page-absent = keine Zeile von { $names }
page-balance = { $all } in der Datei: { $out } in Tabellen; nicht übernommen: { $left }
page-nothing = nichts
page-some-cells = { $count ->
    [one] 1 Zelle
   *[other] { $count } Zellen
  }
page-left-out = Blatt „{ $sheet }“: { $told }
page-new-rule = bis { $until } nur eine Warnung: die Regel ist neu
page-waived = ausgenommen bis { $until } von { $by }: { $reason }
page-why-rejected-file = Datei nicht zuzuordnen
page-why-period-not-asked = Zeitraum nicht gefragt
page-why-superseded = durch spätere Meldung ersetzt
page-why-cover = Deckblatt
page-why-sheet-unknown = unbekanntes Blatt
page-why-no-headings = keine Überschriften
page-why-nil = Fehlanzeige
page-why-total-row = Summenzeile
page-why-part-row = Teil der Zeile darüber
page-why-table-twice = Tabelle doppelt
page-why-column-twice = Spalte doppelt
page-why-row-twice = Zeile doppelt
page-why-other-body = andere Stelle
page-why-header = Überschrift
page-why-unit-row = Einheiten
page-why-numbering = Spaltennummern
page-why-column-unknown = unbekannte Spalte
page-why-not-understood = nicht verstanden
page-why-title = Titel
page-why-remark = Anmerkung
page-why-blank = leer
page-why-unused = unbenutzt
