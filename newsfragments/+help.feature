The list of `help` has groups, which `help <group>` shows alone, and operators alone see the commands of operators.
