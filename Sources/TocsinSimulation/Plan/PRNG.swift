/// Numbers that look random and are the same in every process for one seed: SplitMix64.
///
/// Whatever draws for itself gets a child of its own by ``child(_:)``, so that one draw more here moves nothing there.
public struct PRNG: Sendable {
    private var state: UInt64

    public init(seed: UInt64) { self.state = PRNG.mixed(seed &+ 0x9E37_79B9_7F4A_7C15) }

    /// A generator that depends on this one's state and the name, and leaves this one as it is.
    func child(_ name: String) -> PRNG {
        var hash = self.state
        for byte in name.utf8 { hash = PRNG.mixed(hash ^ UInt64(byte)) }
        return PRNG(seed: hash)
    }

    func child(_ number: Int) -> PRNG { PRNG(seed: PRNG.mixed(self.state ^ UInt64(truncatingIfNeeded: number))) }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var bits = value
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        return PRNG.mixed(self.state)
    }

    /// 0 up to `limit`, which is more than 0. The bias of the remainder does not matter here.
    mutating func below(_ limit: Int) -> Int { Int(self.next() % UInt64(limit)) }

    mutating func chance(_ percent: Int) -> Bool { self.below(100) < percent }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[self.below(elements.count)] }

    /// An index of `weights`, each as likely as its weight; one of them must be more than 0.
    mutating func weighted(_ weights: [Int]) -> Int {
        var rest = self.below(weights.reduce(0, +))
        for (index, weight) in weights.enumerated() {
            if rest < weight { return index }
            rest -= weight
        }
        return weights.count - 1
    }

    mutating func seconds(_ range: ClosedRange<Int>) -> Duration {
        .seconds(range.lowerBound + self.below(range.count))
    }
}
