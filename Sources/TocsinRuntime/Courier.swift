public import TocsinCore

/// Carries notifications out and answers each with ``Event/deliveryFinished(_:attempt:_:receiverData:)``, whatever
/// becomes of it.
public protocol Courier {
    /// Takes them over and returns at once.
    func carry(_ sends: [Send])
}
