/// What one execution of a template may use. No template can hang the process, overflow its stack or eat its memory.
public struct Limits: Sendable {
    /// Blocks, calls of templates and parentheses inside one another.
    public var depth: Int
    /// Bytes of the output, and of any one value on the way. Go's own functions stop at the default whatever this is.
    public var size: Int
    /// Roughly the number of nodes visited; what functions take and return costs by its size.
    public var steps: Int

    public init(depth: Int, size: Int, steps: Int) {
        self.depth = depth
        self.size = size
        self.steps = steps
    }

    /// Enough for a mail about ten thousand alerts; a second or so at worst.
    public static let `default` = Limits(depth: 500, size: 8 << 20, steps: 5_000_000)

    /// Brackets and blocks inside one another in a source; more is a parse error. Not a setting: the parser is
    /// recursive, and nobody writes this by hand.
    static let nesting = 64
    /// Variables in scope at one place of a source; they are looked for one after the other.
    static let variables = 1000
    /// Lists and maps inside one another.
    static let valueDepth = 50
}
