# All sentences of the program to municipalities and decision makers, in English. Nothing here belongs to one programme.

## Signs in place of a value
mark-secret = [g]
mark-secret-meaning = kept secret: the value rests on very few people, or such a value could be computed from it.
mark-uncertain = [u]
mark-uncertain-meaning = uncertain: the value rests on too few people to say anything.
mark-missing = missing
mark-missing-meaning = asked, but not or not wholly answered. A missing value is not zero.
mark-withheld = withheld
mark-withheld-meaning = The sender has hidden the value.
mark-not-applicable = not asked
mark-not-applicable-meaning = This body is not asked for it.
mark-no-return = no return
mark-no-return-meaning = There is no return (yet).
mark-no-base = not computable
mark-no-base-meaning = The denominator is zero.
mark-none = no data
mark-none-meaning = There is nothing for this period, or nothing to compare with.
nothing = no answer
yes = yes
no = no
none = none

## Target and development
status-met = target met
status-near = target narrowly missed
status-missed = target missed
status-none = no target
trend-better = better
trend-worse = worse
trend-same = unchanged
trend-up = risen
trend-down = fallen
target-none = no target
target-at-least = at least { $least }
target-at-most = at most { $most }
target-between = { $least } to { $most }
points = percentage points
before-quarter = previous quarter
before-half = previous half-year
before-month = previous month
before-year = year before
sentence-met = Target met
sentence-near = Target narrowly missed, { $gap } short
sentence-missed = Target missed, { $gap } short
sentence-near-over = Target narrowly missed, { $gap } too much
sentence-missed-over = Target missed, { $gap } too much
sentence-better = better than in the { $before } ({ $change })
sentence-worse = worse than in the { $before } ({ $change })
sentence-same = unchanged since the { $before }
sentence-up = higher than in the { $before } ({ $change })
sentence-down = lower than in the { $before } ({ $change })
sentence-no-comparison = no comparison with the { $before } possible
sentence-no-value = No value ({ $mark })
of = { $used } of { $expected }

## Severity of a finding
severity-error = error
severity-warning = warning
severity-info = note
side-sender = reporting body
side-coordinator = coordination
side-configuration = settings
severity-error-meaning = The value cannot be used as it is, or contradicts a rule.
severity-warning-meaning = The value was used but should be checked.
severity-info-meaning = For information only.

## State of the return
return-on-time = on time
return-late = late
return-not-due = not due yet
return-overdue = overdue

## Words of the sheets
body = Reporting body
municipality = Municipality
period = Period
indicator = Indicator
value = Value
unit = Unit
status = Status
target = Target
change = Change
change-since = Change since the { $before }
trend-since = Trend since the { $before }
course = Course
basis = rests on
in-a-sentence = In one sentence
total-of-returns = { $count ->
    [one] 1 return
   *[other] { $count } returns
}

cover-name = Cover
cover-period = Reporting period
cover-audience = Made for
cover-as-of = As of
cover-as-of-time = { $date }, { $time }
cover-returns = Returns
cover-returned = { $received ->
    [one] 1 of { $expected } has arrived
   *[other] { $received } of { $expected } have arrived
}
cover-missing = Still missing
cover-missing-none = nobody, all have reported
cover-late = Late
cover-read-first = Read first
cover-note = Note
cover-legend = Signs
cover-sign = Sign
cover-meaning = Meaning
cover-contents = To the contents

contents-name = Contents
contents-title = Contents
contents-lead = A click on the name opens the sheet.
contents-sheet = Sheet
contents-answers = What it answers
contents-profile = Indicators compared, potentials and state of the return
contents-back = Back to the contents

series-name = Chart data
series-title = Data of the charts
series-lead = Behind the lines and bars. An empty cell is a gap in the chart; the topic sheet says why.
series-marked = { $name }: { $mark }
series-target = { $title }: target

point-response-all = All { $expected } returns have arrived.
point-response = { $received ->
    [one] 1 of { $expected } returns has arrived
   *[other] { $received } of { $expected } returns have arrived
}; none yet from: { $names }.
point-missed-change = { $title }: { $value } instead of { $target }; { $change }.
point-rule = { $count ->
    [one] { $title }: { $example }
   *[other] { $title } at { $bodies } of { $of } reporting bodies ({ $count } cases). For example: { $example }
}
point-worse = { $title } has worsened: { $value }, { $change } since the { $before }.
point-status = Of { $of } indicators with a target { $count ->
    [one] 1 meets it
   *[other] { $count } meet it
}, { $missed ->
    [0] none misses it clearly.
    [one] 1 misses it clearly.
   *[other] { $missed } miss it clearly.
}
point-findings = { $count ->
    [one] 1 error was
   *[other] { $count } errors were
} found in the returns; what could not be understood has not entered the indicators.
point-where = sheet “{ $sheet }”

summary-marked = The cover explains words and signs in place of values.

response-head = { $received ->
    [one] 1 of { $expected } returns has arrived
   *[other] { $received } of { $expected } returns have arrived
}. A return was on time until { $due }.
response-state = State
response-arrived = arrived on
response-files = Files
response-corrected = Correction
response-late-part = Late part
response-nil = Nothing to report
response-missing = missing sheets
response-completeness = Completeness (%)
response-errors = Errors
response-warnings = Warnings

topic-bodies = By reporting body, { $period }
topic-development = Development: { $scope }
topic-chart-alt-bodies = Bar chart: { $title }, { $period }, by size. Highest value { $highest }, lowest value { $lowest }. All values are in the table on this sheet.
topic-chart-alt-course = Line chart: { $title }, { $first } to { $last }. All values are in the table on this sheet.
topic-chart-alt-empty = Chart without values: { $title }. The table on this sheet says why.
topic-part = Part
topic-milestone = Milestone { $date }: { $text }

profile-lead = Indicators ({ $period }) compared with earlier periods and with “{ $total }”.
profile-return = Return
profile-return-arrived = { $state }, arrived on { $date }
profile-checked = Check
profile-findings = { $errors ->
    [one] 1 error
   *[other] { $errors } errors
}, { $warnings ->
    [one] 1 warning
   *[other] { $warnings } warnings
}
profile-inhabitants = Inhabitants
profile-inhabitants-of = { $count } on { $date }
profile-missing = Missing sheets
profile-indicators = Indicators
profile-potentials = Potentials
profile-potentials-none = No potentials were found for this period.

progress-done = done
progress-of = of
progress-share = Share done (%)
progress-head = { $done ->
    [0] Of { $of } entries none is done yet by all bodies it concerns.
    [one] Of { $of } entries 1 is done by all bodies it concerns.
   *[other] Of { $of } entries { $done } are done by all bodies they concern.
}
progress-none = There is nothing to follow in this period.
progress-chart = State by number of reporting bodies
progress-chart-alt = Stacked bar chart: for each row the number of bodies in each state. All values are in the table on this sheet.

potentials-number = No.
potentials-case = Case
potentials-effect = Effect of the case
potentials-advice = What to do
potentials-rule = What it is about
potentials-cases = Cases
potentials-bodies = Bodies concerned
potentials-evidence = Evidence for: { $title }

quality-none = There is nothing to say about the returns.
quality-head = { $errors ->
    [one] 1 error
   *[other] { $errors } errors
}, { $warnings ->
    [one] 1 warning
   *[other] { $warnings } warnings
}, { $infos ->
    [one] 1 note
   *[other] { $infos } notes
}; equal findings of one sheet stand in one row.
quality-severity = Severity
quality-finding = Finding
quality-file = File
quality-table = Table
quality-sheet = Sheet
quality-cells = Cells
quality-count = Number
quality-found = found
quality-text = Explanation
quality-remedy = What to do
quality-not-shown = not shown
quality-no-body = not attributable
quality-more = and { $count } more
quality-whole = whole file
quality-whole-sheet = whole sheet
quality-side = Who settles it
quality-new-rule = The rule is new: only a warning until { $until }.
quality-waived = Waived until { $until }: { $reason } ({ $by }).
quality-completeness = Completeness
quality-complete = Of those who have reported, { $complete } of { $all } sheets asked for are complete; optional fields do not count.
quality-share = Share in %
quality-answered = cells answered
quality-rules = Rules
quality-rules-meaning = How often a rule was violated and how often it held; it is undecided where something is missing that it needs.
quality-violated = violated
quality-held = held
quality-undecided = undecided
quality-rule = What is noticed

methods-indicators = Indicators
methods-definition = Definition
methods-numerator = Numerator
methods-denominator = Denominator
methods-denominator-none = no denominator
methods-kind = Kind
methods-missing = How gaps are treated
methods-measure-sum = sum of “{ $field }” ({ $table })
methods-measure-count = number of rows ({ $table })
methods-measure-weights = weighted number by “{ $field }” ({ $table })
methods-restricted = { $what }, certain rows only
kind-share = share (part of a whole)
kind-rate = rate (per inhabitants)
kind-ratio = ratio (may exceed 100 %)
kind-mean = mean
kind-count = count
missing-leave-out = A body with a gap has no value and counts in the overall figure neither in the numerator nor in the denominator.
missing-leave-out-rows = Only the rows with a gap are left out, in the numerator as in the denominator.
methods-rules = Rules and limits
methods-rule = Rule
methods-says = What holds
methods-total = Values of all bodies together
methods-total-text = Quotients of sums, never means of quotients. “Rests on” says how many of the bodies asked have entered.
methods-secret = Secrecy
methods-secret-text = Counts of people above 0 and below { $threshold } are kept secret ([g]), in municipalities below { $small } inhabitants and in breakdowns below { $threshold-small }; and so is each value from which such a count could be computed.
methods-uncertain = Uncertain values
methods-uncertain-text = Rates on fewer than { $base } people are not shown ([u]).
methods-change = Changes
methods-change-text = Changes are differences of the shown, rounded values.
methods-due = Due date
methods-due-text = A return is on time until { $date }.
methods-inhabitants = Inhabitants and area
methods-inhabitants-count = Inhabitants
methods-inhabitants-date = Date
methods-inhabitants-basis = Basis
methods-area = Area (km²)
methods-ags = Key

page = Page &P of &N
subject = { $title } { $period }: { $received } of { $expected } returns

## The mail with the report
letter-greeting = Good day,
letter-opening = attached is “{ $title }” ({ $period }), as of { $date }.
letter-points = { $count ->
    [0] Nothing in this period presses for a decision.
    [one] This point deserves your decision first:
   *[other] These { $count } points deserve your decision first:
}
letter-figures = Key figures at a glance
letter-change = since the { $before }
letter-missing = No return yet from: { $names }. { $open ->
    [yes] They are due by { $due }
   *[no] They were due by { $due }
  }.
letter-complete = All { $expected } returns have arrived.
letter-closing = The attached workbook “{ $file }” holds all tables, charts and definitions. Small counts of people stay secret and are marked [g].
letter-automatic = This message was made automatically.
letter-note = Note: { $note }

## The blank form
blank-fill = Please fill in the light fields. If you have no answer, leave the field empty; a zero means: there are none.
blank-nil = If there is nothing to report for a sheet, choose “{ $nil }” here.
blank-sheets = Sheet
blank-answer = State of the sheet
blank-total = Insgesamt
blank-hint-count = whole number
blank-hint-decimal = number, decimals allowed
blank-hint-money = amount in euro
blank-hint-text = text
blank-hint-code = please choose
blank-hint-yes-no = yes or no
blank-hint-date = date, e.g. 30.09.2026
blank-hint-optional = { $hint } (voluntary)
blank-error-title = Please check
blank-error-list = Please choose an entry of the list.
blank-error-count = Please enter a whole number from 0.
blank-error-number = Please enter a number from 0.
blank-error-date = Please enter a date.

## Findings: name, sentence, what to do
finding-not-a-workbook = Not a workbook
finding-not-a-workbook-text = The file is not an Excel workbook (found: “{ $found }”); nothing in it was used.
finding-not-a-workbook-remedy = Please save the form as an Excel workbook (.xlsx) and send it again.
finding-empty-file = Empty file
finding-empty-file-text = The file is empty; there was nothing to read.
finding-empty-file-remedy = Please check the file on your computer and send it again.
finding-password-protected = Password protection
finding-password-protected-text = The file is protected by a password and could not be opened; nothing in it was used.
finding-password-protected-remedy = Please remove the password and send the file again.
finding-damaged-file = File damaged
finding-damaged-file-text = The file is damaged or arrived incomplete, and could not be read; nothing in it was used.
finding-damaged-file-remedy = Please open the form, save it anew as .xlsx and send the new file.
finding-html-file = A web page, not a workbook
finding-html-file-text = The file is a web page (HTML), although it is named like an Excel file; nothing in it was used.
finding-html-file-remedy = Please open the file in Excel, choose “Save as”, type “Excel workbook (.xlsx)”, and send that file.
finding-word-file = A text document, not a workbook
finding-word-file-text = The file is a text document ({ $found }), not an Excel workbook; nothing in it was used.
finding-word-file-remedy = Please fill in the Excel form that was sent to you and send it.
finding-lock-file = Lock file
finding-lock-file-text = The file is no return but a lock file, which Excel makes while a workbook is open. It holds no figures; nothing is missing.
finding-lock-file-remedy = Please close the workbook and send the file whose name does not begin with “~$”. If you have already done so, there is nothing to do.
finding-less-trusted = Format with fewer checks
finding-less-trusted-text = The file format .{ $found ->
    [xlsb] xlsb is read, but with fewer checks than .xlsx: crossed out entries, raised digits, invisible letters, comments and conditional formats are not seen, and it cannot always be told whether the result of each formula is stored.
    [ods] ods is read, but its conditional formats are not evaluated: where one of them hides or strikes a number, the number counts all the same.
   *[xls] xls is read, but with fewer checks than .xlsx: comments and conditional formats are not seen, and it cannot always be told whether the result of each formula is stored.
  }
finding-less-trusted-remedy = Please save the form as an Excel workbook (.xlsx) in future.
finding-macros-ignored = Macros not run
finding-macros-ignored-text = The workbook contains macros. They were not run; the stored values were read.
finding-macros-ignored-remedy = There is nothing to do if the values are right without macros. Better: save the form as an Excel workbook without macros (.xlsx).
finding-encoding-guessed = Character set inferred
finding-encoding-guessed-text = The text file does not say which character set it is written in; it was read as “{ $found }”.
finding-encoding-guessed-remedy = Please check that the umlauts are right, and in future save the form as an Excel workbook (.xlsx) or as “CSV UTF-8”.
finding-too-large = File too large
finding-too-large-text = The file is larger than a completed form can be, and was not read.
finding-too-large-remedy = Please remove everything that is not part of the form (pictures, other sheets, single characters far below or beside the tables) and send the file again.
finding-contradictory-file = File contradicts itself
finding-contradictory-file-text = The file says two things at one place; which number counts cannot be decided. So nothing was taken from it.
finding-contradictory-file-remedy = Please open the form with Excel or LibreOffice, check the figures, save it anew as .xlsx and send the new file.
finding-reader-gave-up = Reading given up
finding-reader-gave-up-text = The file could not be read within the limits of time and memory; nothing in it was used.
finding-reader-gave-up-remedy = Please save the form anew as .xlsx, remove everything that is not part of it, and send it again.
finding-unknown-reporter = Sender unknown
finding-unknown-reporter-text = The file does not say who reports (found: “{ $found }”); nothing in it was used.
finding-unknown-reporter-text-bare = The file does not say who reports: nothing is given; nothing from it was used.
finding-unknown-reporter-remedy = Please say who reports (name and key): where the form asks for it, else in the name of the file; then send it again.
finding-period-unknown = Period unknown
finding-period-unknown-text = The reporting period cannot be recognised (found: “{ $found }”); nothing in the file was used.
finding-period-unknown-text-bare = The reporting period cannot be told: none is given; nothing from the file was used.
finding-period-unknown-remedy = Please give the period, for example “{ $expected }”: where the form asks for it, else in the name of the file; then send it again.
finding-period-not-asked = Period not asked
finding-period-not-asked-text = No return is expected for the period “{ $found }”; nothing in the file was used.
finding-period-not-asked-remedy = Please check the period in the form and in the name of the file, correct it and send the file again.
finding-no-known-sheet = No known sheet
finding-no-known-sheet-text = The workbook holds none of the expected sheets; nothing in it was used.
finding-no-known-sheet-remedy = Please use the form that was sent to you, without renaming sheets, and send it again.
finding-reporter-contradiction = Sender contradictory
finding-reporter-contradiction-text = The file contradicts itself about the sender: “{ $found }”. It is used only if two of the statements agree.
finding-reporter-contradiction-remedy = Please correct name or key in the form and send the file again.
finding-reporter-guessed = Sender inferred
finding-reporter-guessed-text = The form does not surely say who reports; by “{ $found }” it was taken to be “{ $expected }”, and the figures were counted there.
finding-reporter-guessed-remedy = Please enter name and key (AGS) where the form asks for them; if the assumption is wrong, please tell us.
finding-period-contradiction = Period contradictory
finding-period-contradiction-text = The file contradicts itself about the period: “{ $found }”. “{ $expected }” was used.
finding-period-contradiction-remedy = Please check the period in the form and in the names of file and sheets; if another than the one used is right, please correct the file and send it again.
finding-period-guessed = Period inferred
finding-period-guessed-text = The form does not surely say for which period this is; by “{ $found }” it was taken to be “{ $expected }”, and the figures were counted there.
finding-period-guessed-remedy = Please enter the period as text where the form asks for it, for example “{ $expected }”; if the assumption is wrong, please tell us.
finding-period-ambiguous = Period ambiguous
finding-period-ambiguous-text = The reporting period “{ $found }” can be read in two ways ({ $expected }); the file was taken for neither.
finding-period-ambiguous-remedy = Please write the period in full, such as “third quarter of 2026”, and send the file once more.
finding-form-differs = Another form
finding-form-differs-text = The file was filled in on the form “{ $found }”, asked is the form “{ $expected }”; what both share was read.
finding-form-differs-remedy = Please use the form that you received last.
finding-identical-submission = The same file again
finding-identical-submission-text = The file is exactly equal to one that has arrived before; it counts only once.
finding-identical-submission-remedy = There is nothing to do. If you meant to send a changed version, please send that one.
finding-correction-received = Correction received
finding-correction-received-text = The correction replaces the earlier return.
finding-correction-received-remedy = There is nothing to do.
finding-undeclared-correction = Correction not declared
finding-undeclared-correction-text = There was a return for this period already; the new one was taken for a correction and replaces it.
finding-undeclared-correction-remedy = Please declare a correction on the cover, and check whether the new version is to hold.
finding-received-late = After the due date
finding-received-late-text = The return came after the due date ({ $expected }); its figures are used.
finding-received-late-remedy = There is nothing to do.
finding-table-missing = Sheet missing
finding-table-missing-text = The sheet “{ $expected }” is missing or not filled in, and not reported as nothing to report; its figures count as not answered.
finding-table-missing-remedy = Please send the sheet, or say that there is nothing to report for it.
finding-one-table-only = Text file with one table only
finding-one-table-only-text = The file is a text file (csv), which can hold one table only. Missing: { $expected }. Their figures count as not given.
finding-one-table-only-remedy = Please send the form with all its sheets as an Excel workbook (.xlsx), or each table as a file of its own.
finding-table-guessed = Table in another place
finding-table-guessed-text = The table “{ $expected }” was found on the sheet “{ $found }” and read from there.
finding-table-guessed-remedy = If that is right, there is nothing to do; it is better to leave each table on the sheet that the form has for it. If it is wrong, please tell us.
finding-table-twice = Table twice
finding-table-twice-text = The same table also stands at { $found }; only the one at { $expected } was read.
finding-table-twice-remedy = Please check which one holds, keep only that and send the file again.
finding-table-shifted = Values shifted
finding-table-shifted-text = The values in { $found } do not stand below their headings or beside their names; they seem to belong to { $expected }. They count as not given.
finding-table-shifted-remedy = Please move the values to their place and send the file once more. If they do stand where they belong and a column before them really has no values, please write “k. A.” into each of its rows.
finding-body-differs = Another body named
finding-body-differs-text = This says “{ $found }”, but the return is that of “{ $expected }”. Rows that name another body were not counted.
finding-body-differs-remedy = Please check whether the figures are your own, and correct the name or the figures.
finding-sheet-unknown = Unknown sheet
finding-sheet-unknown-text = The sheet “{ $found }” is not part of the form and was not read.
finding-sheet-unknown-remedy = There is nothing to do if the sheet is only for yourself; if it belongs to the return, please name it as in the form.
finding-table-not-asked = Sheet not asked
finding-table-not-asked-text = The sheet “{ $found }” is part of the form but not asked of you; it was not read.
finding-table-not-asked-remedy = There is nothing to do.
finding-hidden-content = Hidden content was read
finding-hidden-content-text = Something with content is hidden on the sheet ({ $found }); it was read and used like everything else.
finding-hidden-content-remedy = Please unhide it and check whether it belongs to the return. If not, delete it and send the file again.
finding-column-missing = Column missing
finding-column-missing-text = Missing here: “{ $expected }”. The values count as not answered.
finding-column-missing-remedy = Please add what is missing, with the heading of the form, and send the file again.
finding-column-empty = Column empty
finding-column-empty-text = Empty in all rows: “{ $expected }”. The values count as not answered.
finding-column-empty-remedy = Please fill in the values; where there is nothing to report, please say so.
finding-column-unknown = Unknown column
finding-column-unknown-text = Not part of the form: “{ $found }”. What stands below was not read.
finding-column-unknown-remedy = There is nothing to do if that is only for yourself; if it belongs to the return, please use the heading of the form.
finding-column-guessed = Column guessed
finding-column-guessed-text = The heading “{ $found }” was taken for “{ $expected }”; the values below it were used.
finding-column-guessed-remedy = If that is right, there is nothing to do; please use the heading of the form in future.
finding-column-twice = Column twice
finding-column-twice-text = The heading “{ $found }” stands over more than one column. Where the columns contradict each other, the value counts as not given.
finding-column-twice-remedy = Please keep only one of the columns and send the file again.
finding-column-set-aside = Hidden column set aside
finding-column-set-aside-text = The hidden column “{ $found }” stands for the same as the visible column “{ $expected }”; only the visible one was read.
finding-column-set-aside-remedy = Please delete the hidden column if the visible one holds; else unhide it and delete the other.
finding-total-row-differs = Total does not match
finding-total-row-differs-text = The row of totals says “{ $found }”, the rows add up to “{ $expected }”; the rows were used.
finding-total-row-differs-remedy = Please check rows and total; if a row is missing or wrong, please correct the file and send it again.
finding-total-undecided = Total not comparable
finding-total-undecided-text = The row of totals says “{ $found }”, the rows that were given add up to “{ $expected }”; at least one row has no value, so it stays open whether they agree.
finding-total-undecided-remedy = Please add the missing value; the rows were used.
finding-row-twice = Row twice
finding-row-twice-text = There is more than one row for “{ $found }”; only the first was used.
finding-row-twice-remedy = Please combine the rows into one and send the file again.
finding-row-repeated = Row repeated
finding-row-repeated-text = The row “{ $found }” stands there more than once with exactly the same values; each was counted.
finding-row-repeated-remedy = Please delete what was pasted twice; if there really are several, there is nothing to do.
finding-row-alike = Rows nearly the same
finding-row-alike-text = Two rows “{ $found }” differ in one number only ({ $expected }); both were counted.
finding-row-alike-remedy = If a row was pasted twice and only one of the two was changed, please delete the other; if there really are two, there is nothing to do.
finding-row-missing = Row missing
finding-row-missing-text = The row is missing here: “{ $expected }”. Its values count as not answered.
finding-row-missing-remedy = Please add what is missing. A 0 only if it is certain that there is nothing to report; if a number is not known, leave its field empty.
finding-row-is-part = Row is part of another
finding-row-is-part-text = The row “{ $found }” was taken for a part of the row above and not counted.
finding-row-is-part-remedy = Nothing to do if the row above already contains these figures.
finding-row-is-sum = Row taken for a sum
finding-row-is-sum-text = The numbers of the row “{ $found }” are exactly the sums of the other rows, and nothing else stands in it; it was not counted.
finding-row-is-sum-remedy = If it is a sum, please write “Total” in front of it. If it is an entry, please fill in the other columns.
finding-row-apart = Row means something else
finding-row-apart-text = “{ $found }” speaks of another time or of another quantity; the row, or what stands below it, was not counted.
finding-row-apart-remedy = Please leave such rows out. If they are entries for this period after all, please fill in all columns and leave out the line above them.
finding-row-bare = Row without values
finding-row-bare-text = The row “{ $found }” is nothing but this text; it was not counted as an entry.
finding-row-bare-remedy = If it is an entry, please fill in the other columns. A reference (see annex, unchanged) does not replace values.
finding-row-example = Row of an example
finding-row-example-text = The row “{ $found }” looks like an example of how to fill in and was not counted.
finding-row-example-remedy = Please delete the example; if it is an entry, please name it otherwise.
finding-row-collective = Collective entry
finding-row-collective-text = The row “{ $found }” seems to stand for several entries; it was counted as one.
finding-row-collective-remedy = Please give each entry a row of its own.
finding-row-nameless = Row without a name
finding-row-nameless-text = The row holds nothing but numbers (“{ $found }”), and nothing says what they belong to; it was counted as an entry.
finding-row-nameless-remedy = Please add a name; if it is a total, please write “Insgesamt” in front of it.
finding-row-like-total = Total or entry
finding-row-like-total-text = The row “{ $found }” sounds like a total but is not that of the other rows; it was counted as an entry.
finding-row-like-total-remedy = If it is an entry, there is nothing to do; if it is a total, please call it “Insgesamt” and check the numbers.
finding-row-undescribed = Row without a description
finding-row-undescribed-text = Only the name and numbers are filled in the row “{ $found }”, while the other rows are described; it was counted as an entry.
finding-row-undescribed-remedy = If it is an entry, please fill in its columns. If it is a sum or a comparison, please delete the row or call it “Summe”.
finding-nil-contradicted = Nothing to report, or something
finding-nil-contradicted-text = Cover and sheet contradict each other: one says that there is nothing to report, the other does not. What stands on the sheet was used.
finding-nil-contradicted-remedy = Please check which of the two holds: the cover or the sheet.
finding-not-a-number = Not a number
finding-not-a-number-text = A number is expected here, “{ $found }” was entered; the value counts as not answered.
finding-not-a-number-remedy = Please enter the number only, without words or units.
finding-negative-count = Negative number
finding-negative-count-text = This value cannot be negative; it says “{ $found }” and counts as not answered.
finding-negative-count-remedy = Please check the number and enter the right one.
finding-fraction-in-count = Fraction in a count
finding-fraction-in-count-text = A whole number is expected here, “{ $found }” was entered; the value counts as not answered.
finding-fraction-in-count-remedy = Please enter a whole number.
finding-number-ambiguous = Number ambiguous
finding-number-ambiguous-text = The number “{ $found }” can be read in two ways; the value counts as not answered.
finding-number-ambiguous-remedy = Please enter the number as a number, not as text, without parentheses and without spaces; only one in each cell.
finding-number-inexact = Not an exact number
finding-number-inexact-text = An exact number is expected here, “{ $found }” was entered; the value counts as not answered.
finding-number-inexact-remedy = Please enter a single number; if only an estimate is possible, enter the best one and say so in the remark.
finding-number-withheld = Number withheld
finding-number-withheld-text = “{ $found }” was entered instead of the number; the value counts as kept secret and goes into no indicator.
finding-number-withheld-remedy = Please enter the number itself if you may: small values are made unrecognisable only in the evaluation.
finding-number-uncertain = Of limited value
finding-number-uncertain-text = The number “{ $found }” stands in parentheses, so it is of limited value; “{ $expected }” was used.
finding-number-uncertain-remedy = There is nothing to do.
finding-number-made-date = A date instead of a number
finding-number-made-date-text = A number is expected here, but the cell holds a date (“{ $found }”); Excel turns entries like “1.5” into a day. The value counts as not answered.
finding-number-made-date-remedy = Please set the format of the cell to “Number” and enter the number again.
finding-key-made-date = A date instead of a number or name
finding-key-made-date-text = A number or name that tells the rows apart is expected here, but the cell holds a date (“{ $found }”); Excel turns entries like “2026-02” into a day. It counts as not answered, so the row belongs to nothing.
finding-key-made-date-remedy = Please set the format of the cell to “Text” and enter it again.
finding-scale-differs = Another unit
finding-scale-differs-text = The values here are in the unit “{ $found }”, asked is “{ $expected }”; they were not used.
finding-scale-differs-remedy = Please give the values in the unit that is asked, as numbers only: in full, neither in thousands (26500 rather than 26.5 TEUR) nor in per cent.
finding-not-a-date = Not a date
finding-not-a-date-text = A date with day, month and year is expected here, “{ $found }” was entered; it counts as not answered.
finding-not-a-date-remedy = Please enter only the date like 30.09.2026, without other words; explanations belong in the remark.
finding-date-in-future = Date in the future
finding-date-in-future-text = The date “{ $found }” lies in the future; it counts as not answered.
finding-date-in-future-remedy = Please check the date and enter the right one.
finding-code-unknown = Entry not in the list
finding-code-unknown-text = The entry “{ $found }” is none that the form knows; it counts as not answered.
finding-code-unknown-text-bare = There is no entry here, though figures belong to it; it counts as not given.
finding-code-unknown-remedy = Please choose one of the list: { $expected }.
finding-code-guessed = Entry guessed
finding-code-guessed-text = The entry “{ $found }” was taken for “{ $expected }” and used as such.
finding-code-guessed-remedy = If that is right, there is nothing to do; please choose the entry from the list in future.
finding-tick-ambiguous = Cross ambiguous
finding-tick-ambiguous-text = The cross “{ $found }” may say “yes” or “not applicable”; the value counts as not given.
finding-tick-ambiguous-remedy = Please write “ja” or “nein”.
finding-text-refers = Reference instead of a value
finding-text-refers-text = Instead of a value this says “{ $found }”; it counts as not given.
finding-text-refers-remedy = Please fill in the value itself.
finding-error-cell = Excel error in the cell
finding-error-cell-text = The cell shows the Excel error “{ $found }” instead of a value; the value counts as not answered.
finding-error-cell-remedy = Please replace the formula by the value.
finding-formula-without-value = Formula without a result
finding-formula-without-value-text = The cell holds a formula whose result the file does not store; the value counts as not answered.
finding-formula-without-value-remedy = Please open the file in Excel, save it and send it again.
finding-number-from-error = Number instead of an error
finding-number-from-error-text = The formula in this cell gives “{ $found }” where its calculation fails (IFERROR), and that is its result: whether this is the number or hides an error cannot be told. The value was used.
finding-number-from-error-remedy = Please check what the formula gives without IFERROR. If it is an error, give the number itself or leave the cell empty; if the value is right, nothing needs doing.
finding-linked-workbook = Number from another workbook
finding-linked-workbook-text = A formula fetches the number “{ $found }” from another workbook, which is not at hand; the value stored last was used.
finding-linked-workbook-remedy = Please check that the link was up to date before sending; better is the number itself (copy, paste special, values).
finding-line-too-long = Line with too many fields
finding-line-too-long-text = The text file has { $expected } headings, but these lines have more fields (number of fields in parentheses): { $found }. Probably a comma within a number or a text parted the line; its values from the second field on count as not given.
finding-line-too-long-remedy = Please put values with a comma in quotation marks ("26,5"), save the file with semicolons as separators, or send the Excel workbook (.xlsx) itself.
finding-value-merged = Number over several rows
finding-value-merged-text = { $expected ->
    [columns] The number “{ $found }” stands in a merged cell over several columns; it was counted for the first column only.
   *[rows] The number “{ $found }” stands in a cell merged over several rows; it was counted for the first of them only.
  }
finding-value-merged-remedy = { $expected ->
    [columns] Please undo the merge and put its own number into each column.
   *[rows] Please unmerge the cell and give each row its number.
  }
finding-number-hidden-by-format = Number hidden by its format
finding-number-hidden-by-format-text = The cell holds a number that its number format does not show (to be seen is only: “{ $found }”); it counts as withheld and goes into no indicator.
finding-number-hidden-by-format-text-bare = The cell holds a number that its format does not show (nothing is seen); it counts as withheld and goes into no indicator.
finding-number-hidden-by-format-remedy = If the number should count, please choose the number format “General” so that it can be seen; otherwise there is nothing to do.
finding-number-shown-otherwise = Number shown otherwise than stored
finding-number-shown-otherwise-text = The cell shows “{ $found }”, but the number stored is “{ $expected }”: its number format converts it or adds something, or a part of the letters cannot be seen. Which of them holds cannot be decided; the value counts as not answered.
finding-number-shown-otherwise-remedy = Please choose the number format “General” and enter the number in the unit that the column asks for.
finding-number-hard-to-see = Number hard to see
finding-number-hard-to-see-text = The cell holds a number that cannot, or perhaps cannot, be seen on the sheet (letters in the colour of the paper, tiny letters, or a conditional format); it was used like any other.
finding-number-hard-to-see-remedy = Please check whether the number belongs to the return. If not, delete it and send the file again.
finding-crossed-out = Entry crossed out
finding-crossed-out-text = The entry “{ $found }” is crossed out; it counts as not answered.
finding-crossed-out-remedy = Please delete what does not hold and enter what does; if the entry holds after all, please remove the strike-through.
finding-partly-crossed-out = Entry partly crossed out
finding-partly-crossed-out-text = “{ $found }” is crossed out; what is left was used: “{ $expected }”.
finding-partly-crossed-out-remedy = If that is right, there is nothing to do; please delete in future what does not hold.
finding-footnote-ignored = Footnote at an answer
finding-footnote-ignored-text = A mark as for a footnote stands at the answer “{ $found }”; it was not read with it. “{ $expected }” was used.
finding-footnote-ignored-remedy = If that is right, there is nothing to do; explanations are better placed in the remark.
finding-note-on-figures = Note on the figures
finding-note-on-figures-text = A note or comment says something that may change what the figures mean (“{ $found }”); they were used as they stand.
finding-note-on-figures-remedy = Please check whether the figures are counted for the reporting period and as the form asks. If not, correct them and send the file once more.
finding-part-exceeds-whole = Part larger than the whole
finding-part-exceeds-whole-text = The part (“{ $found }”) is larger than the whole (“{ $expected }”); both numbers were used as they stand.
finding-part-exceeds-whole-remedy = Please check both numbers of the row, correct the file and send it again.
finding-key-unmatched = Number without a counterpart
finding-key-unmatched-text = For “{ $found }” there is no entry on the sheet “{ $expected }” to which the row refers; what stands there (a date due, say) is missing beside this row.
finding-key-unmatched-remedy = Please compare the spelling with the list to which the row refers and send the corrected file once more.
finding-rule-violated = Inconsistent
finding-rule-violated-text = The figures of a row do not fit together; they were used as they stand.
finding-rule-violated-remedy = Please check the figures of this row.
finding-outlier-own-past = Unusual compared with earlier returns
finding-outlier-own-past-text = The value “{ $found }” is far from what has been reported so far (mostly { $expected }); it was used.
finding-outlier-own-past-remedy = Please check the value; if it is right, there is nothing to do.
finding-outlier-among-peers = Unusual compared with others
finding-outlier-among-peers-text = The value “{ $found }”, relative to inhabitants, is far from what the other municipalities report; it was used.
finding-outlier-among-peers-remedy = Please check the value; if it is right, there is nothing to do.

## What varies in the sentences
few-more = { $few } and { $more } more
unseen-sheet = the whole sheet
unseen-row = row { $name }
unseen-rows = rows { $name }
unseen-column = column { $name }
unseen-columns = columns { $name }
recurring = As already in the { $before }.
file-pdf = PDF document
file-image = picture
file-archive-7z = 7z archive
file-archive-rar = RAR archive
file-archive-gz = gz archive
file-archive-zip = ZIP archive
file-old-excel = Excel file from before 1995
file-bare-excel = Excel file without its envelope
file-database = database
file-xml-2003 = XML spreadsheet 2003
file-xml = XML file
file-mail = e-mail
file-mail-outlook = e-mail (Outlook)
file-slides = PowerPoint presentation
file-apple = Apple document (Numbers, Pages)
file-office = Office file without a workbook
file-foreign = file of another program
file-text-encoding = text in an unknown character set
file-text = text without columns

# ------------------------------------------------------ Messages to whoever looks after kim
alert-hello = Hello,
alert-remedy = What to do: { $remedy }
alert-reason = The program says: { $reason }
alert-once = This message comes once. As soon as all is well again, there will be one more.
alert-over = There is nothing left to do.
alert-sign = kim { $version } on { $host }, data folder { $data }
alert-since = Noticed on { $since }.
alert-run-failed-subject = kim: run failed: { $about }
alert-run-failed-text = The run “{ $about }”, due on { $when }, has failed. { $again ->
    [yes] kim goes on trying by itself, with growing pauses, until { $until } at the latest.
   *[no] kim does not try it again by itself.
  }
alert-run-failed-remedy = Please remove the cause given here. `kim retry` then takes the run up at once, with its clock of that time. If one of the next tries succeeds by itself, kim will tell you. `kim status` shows the last runs, `kim doctor` examines the surroundings.
alert-run-failed-well-subject = kim: run succeeded after all: { $about }
alert-run-failed-well = The run “{ $about }”, due on { $when }, had failed and has now succeeded.
alert-timer-failed-subject = kim: run failed: { $about }
alert-timer-failed-text = The run “{ $about }” of { $when } has failed. A timer had started it; kim does not try it again by itself.
alert-timer-failed-remedy = Please remove the cause given here; then `kim retry` makes up for the run. `kim status` shows the last runs, `kim doctor` examines the surroundings.
alert-timer-failed-well-subject = kim: run made up for: { $about }
alert-timer-failed-well = “{ $about }” had failed on { $when } and has succeeded since.
alert-run-late-subject = kim: run overdue: { $about }
alert-run-late-text = The run “{ $about }”, due on { $when }, has { $begun ->
    [yes] begun but not ended.
   *[no] not begun.
  }
alert-run-late-remedy = Please see with `kim status --check` whether the service is running, and whether another run holds the data folder. If the service stands still, restart it: kim makes up for the run.
alert-run-late-well-subject = kim: overdue run made up for: { $about }
alert-run-late-well = The overdue run “{ $about }”, due on { $when }, has succeeded.
alert-run-passed-well-subject = kim: run passed over: { $about }
alert-run-passed-well = The run “{ $about }”, due on { $when }, did not take place and is not made up for. If it shall run all the same, start it with `kim run`.
alert-restored-subject = kim: in doubt after a restore: { $about }
alert-restored-text = The ledger was restored from a backup. { $slots ->
    [one] The run “{ $about }” of { $when }
   *[other] { $slots } runs “{ $about }” from { $first } to { $when }
  } may have taken place before the loss; the backup does not know. So that nobody gets the same mail twice, kim does not make up for it by itself.
alert-restored-remedy = Please ask the recipients whether the evaluation came. If not: `kim run { $pipeline }`. If so, there is nothing to do; the next run comes as always.
alert-restored-well-subject = kim: settled after the restore: { $about }
alert-restored-well = “{ $about }” has run again since the restore.
alert-mail-restored-subject = kim: after a restore, { $count ->
    [one] one mail
   *[other] { $count } mails
  } may or may not have been sent
alert-mail-restored-text = To { $to } ({ $audience }): the mail was waiting when the backup was made from which the ledger was restored. It may have been sent since; so kim does not send it by itself.
alert-mail-restored-remedy = Please ask whether the mail arrived. If so: `kim retry --close=ADDRESS`; if not, `kim retry --unknown=ADDRESS` sends it.
alert-mail-restored-well-subject = kim: mail from before the restore settled
alert-mail-restored-well = To { $to } ({ $audience }): it is settled what became of the mail.
alert-mail-refused-subject = kim: { $count ->
    [one] one mail was
   *[other] { $count } mails were
  } refused
alert-mail-refused-text = To { $to } ({ $audience }): the mail server refused the mail.
alert-mail-refused-remedy = If the address in contacts.toml is wrong, or anything else in the settings must change, `kim run` sends the mail afterwards. If it was the mail server, `kim retry --refused` sends it once more as soon as it takes it; `kim retry --close` leaves it at that.
alert-mail-refused-well-subject = kim: refused mail settled
alert-mail-refused-well = To { $to } ({ $audience }): the refused mail is settled.
alert-mail-unknown-subject = kim: { $count ->
    [one] one mail may or may not have arrived
   *[other] { $count } mails may or may not have arrived
  }
alert-mail-unknown-text = To { $to } ({ $audience }): the connection broke when the mail was handed over already. It may have arrived; therefore kim does not send it again by itself.
alert-mail-unknown-remedy = Please ask whether the mail arrived. If so: `kim retry --close=ADDRESS`; if not: `kim retry --unknown=ADDRESS` sends it once more.
alert-mail-unknown-well-subject = kim: open mail settled
alert-mail-unknown-well = To { $to } ({ $audience }): it is settled what became of the mail.
alert-mail-given-up-subject = kim: { $count ->
    [one] one mail was
   *[other] { $count } mails were
  } given up
alert-mail-given-up-text = To { $to } ({ $audience }): the mail server has put off the mail so often that kim does not try it any more.
alert-mail-given-up-remedy = Please find out with your IT why the mail server does not take this mail. Then `kim retry --refused` sends it once more.
alert-mail-given-up-well-subject = kim: given-up mail settled
alert-mail-given-up-well = To { $to } ({ $audience }): the mail that was given up is settled.
alert-config-refused-subject = kim: changed configuration not taken
alert-config-refused-text = The changed configuration has mistakes. kim goes on with the one it had.
alert-config-refused-remedy = Please run `kim check`, mend what it names, and reload the configuration. As long as it has mistakes, the service will not start again after a stop.
alert-config-refused-well-subject = kim: changed configuration taken
alert-config-refused-well = The configuration is sound again and in use.
alert-source-away-subject = kim: source of returns not there
alert-source-away-text = The source “{ $source }” is not there. As long as it is away every run fails; kim looks again and again.
alert-source-away-remedy = Please see whether the share is mounted, and whether the path under [[source]] in kim.toml is right. `kim check` names the line.
alert-source-away-well-subject = kim: source of returns there again
alert-source-away-well = The source “{ $source }” is there again.
alert-source-empty-subject = kim: source of returns empty
alert-source-empty-text = Nothing is left in the source “{ $source }”, although returns have come from it. What is new does not reach kim this way; what was kept before still counts.
alert-source-empty-remedy = Please see whether the share is mounted: without it, the folder where it is mounted is empty. If it is empty on purpose, put a hidden file into it, such as .kim; then it counts as there.
alert-source-empty-well-subject = kim: source of returns no longer empty
alert-source-empty-well = All is well again with the source “{ $source }”.
alert-returns-missing-subject = kim: returns are missing ({ $period }): { $about }
alert-returns-missing-text = “{ $about }” has run, but nothing has arrived for { $period }, although it was due. What was evaluated, once more, is { $reported }; whoever has that already got nothing.
alert-returns-missing-remedy = Please see whether the share with the returns is mounted, and whether they lie there. `kim doctor` names empty sources, `kim status` who has reported. Once the returns are there, `kim run` evaluates them at once.
alert-returns-missing-well-subject = kim: returns evaluated ({ $period }): { $about }
alert-returns-missing-well = “{ $about }” has by now evaluated { $period } or something newer.
alert-disk-low-subject = kim: disk space is running out ({ $free })
alert-disk-low-text = Only { $free } are free on the disk of the data folder; { $wanted } are needed.
alert-disk-low-remedy = Please make room, or enlarge the disk. Once it is full, kim can neither keep returns nor record runs.
alert-disk-low-well-subject = kim: enough disk space again
alert-disk-low-well = There is enough room again on the disk of the data folder.
alert-clock-doubted-subject = kim: the clock of the machine may be wrong, nothing is deleted
alert-clock-doubted-text = The clock of the machine is more than a year ahead of all that kim knows. What would be deleted because its retention has ended therefore stays.
alert-clock-doubted-remedy = Please check the clock (timedatectl) and set it right. If it is right, look with kim forget --dry-run what is due, and delete it with kim forget. If nothing happens, kim believes the clock after a week without a restart.
alert-clock-doubted-well-subject = kim: the clock is believed again
alert-clock-doubted-well = The clock of the machine agrees again with what kim knows. What is due is again deleted by itself.
alert-data-closed-subject = kim: the data folder cannot be written to
alert-data-closed-text = The data folder takes nothing any more: its disk is full or read-only, or the account of kim has lost its rights there. Until that is mended nothing runs and nothing is sent; nothing is lost.
alert-data-closed-remedy = Please make room, mount the disk writable again, or restore the rights. A file system that turned itself read-only has found an error: check the disk, and before that, save the data with kim backup. kim then goes on by itself.
alert-data-closed-well-subject = kim: the data folder can be written to again
alert-data-closed-well = The data folder takes everything again; what was due meanwhile is made up for.
alert-ledger-newer-subject = kim: this version is older than the ledger
alert-ledger-newer-text = The file ledger.sqlite in the data folder was written by a newer version of kim. It is whole; this older version cannot read it, and until the newer one is back nothing runs and nothing is sent.
alert-ledger-newer-remedy = Please install the newer version of kim again. Do not restore a backup: it would not know what was sent since.
alert-ledger-newer-well-subject = kim: the ledger can be read again
alert-ledger-newer-well = Version and ledger agree again.
alert-ledger-subject = kim: the ledger is damaged
alert-ledger-text = The file ledger.sqlite in the data folder does not pass its check. It says what has run and what was sent already; without it nothing runs by itself any more.
alert-ledger-remedy = Please stop the service, keep the file, and restore the last backup of the data folder. Have a look at the disk as well.
alert-ledger-well-subject = kim: the ledger can be read again
alert-ledger-well = The file ledger.sqlite in the data folder passes its check again.

## What kim inspect shows
page-unknown = not understood
page-the-file = the file
page-error = error
page-warning = warning
page-note = note
page-file = file
page-body = body
page-period = period
page-form = form
page-kind = kind
page-answers = answers
page-rules = rules
page-findings = findings
page-hint = hint
page-table = table
page-cells = cells
page-kind-first = first return
page-kind-late-part = late part: adds tables
page-kind-correction = correction: replaces tables
page-form-same = ; the file says so
page-form-other = ; the file says it is { $form }
page-answers-tables = { $count } of { $asked ->
    [one] 1 table
   *[other] { $asked } tables
  }
page-answers-cells = ; { $count } of { $asked } asked cells on them
page-rules-fared = { $held } times held, { $violated } times violated
page-errors = { $count ->
    [one] 1 error
   *[other] { $count } errors
  }
page-warnings = { $count ->
    [one] 1 warning
   *[other] { $count } warnings
  }
page-notes = { $count ->
    [one] 1 note
   *[other] { $count } notes
  }
page-hint-csv = a csv has one sheet, called like the file, and no cover beside it: who reports and for when must be in its name or in a column; try another name with --as
page-hint-folder = the folder in a source may say for when it is: name both with --as FOLDER/FILE
page-by-key = by the key
page-by-cover = as it says
page-by-file = by the name of the file
page-by-folder = by the folder
page-by-closeness = guessed
page-by-date = guessed by the date
page-by-sheets = by the name of a sheet
page-known = ({ $by }: { $place }“{ $written }”)
page-missing = { $sheet }: missing
page-nothing-wrong = Nothing is wrong with it by itself; `kim run` also compares it with other returns.
page-on-sheet = { $name } on sheet `{ $sheet }`
page-nil = { $name }: Fehlanzeige (nothing to report)
page-state-reported = { $count } reported
page-state-confirmed-zero = { $count } confirmed zero
page-state-missing = { $count } missing
page-state-withheld = { $count } withheld
page-state-not-applicable = { $count } not applicable
page-rows-from-to = (rows { $first } to { $last } of the sheet)
page-rows-only = (row { $row } of the sheet)
page-rows = { $count ->
    [one] 1 row
   *[other] { $count } rows
  }
page-cells-of = { $name }: { $rows }{ $where }, cells { $counts }
page-heading-as = `{ $heading }` ({ $cell }) as { $asked }
page-headings = headings { $place }: { $count } as in the form
page-alias = by another name: { $headings }
page-guessed = guessed: { $headings }
page-more = { $few } and { $more } more
page-owners = rows of { $count ->
    [one] 1 body
   *[other] { $count } bodies
  } for { $periods }: { $names }
page-absent = no row of { $names }
page-balance = { $all } in the file: { $out } in tables; left out: { $left }
page-nothing = nothing
page-some-cells = { $count ->
    [one] 1 cell
   *[other] { $count } cells
  }
page-left-out = sheet `{ $sheet }`: { $told }
page-new-rule = a warning until { $until }: the rule is new
page-waived = waived until { $until } by { $by }: { $reason }
page-why-rejected-file = rejected file
page-why-period-not-asked = period not asked
page-why-superseded = superseded
page-why-cover = cover
page-why-sheet-unknown = sheet unknown
page-why-no-headings = no headings
page-why-nil = nil
page-why-total-row = total row
page-why-part-row = part row
page-why-table-twice = table twice
page-why-column-twice = column twice
page-why-row-twice = row twice
page-why-other-body = other body
page-why-header = header
page-why-unit-row = unit row
page-why-numbering = numbering
page-why-column-unknown = column unknown
page-why-not-understood = not understood
page-why-title = title
page-why-remark = remark
page-why-blank = blank
page-why-unused = unused
