//! Arguments → verb → exit code.

fn main() -> std::process::ExitCode {
    kim::main()
}
