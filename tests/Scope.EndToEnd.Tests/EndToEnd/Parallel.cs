// Most of a test here is waiting for other processes, so classes run beside each other; what judges how a target fares on a
// machine with room to spare, or names its first fault, asks to run alone.
[assembly: Parallelize(Workers = 3, Scope = ExecutionScope.ClassLevel)]
