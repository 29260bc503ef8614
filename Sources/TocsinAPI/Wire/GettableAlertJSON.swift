import TocsinCore
import TocsinJSON
import TocsinModel

/// Writes alerts as `/api/v2` shows them.
struct GettableAlertJSON: Sendable {
    /// `{"name":"x"}` for the receiver of each route, written once for a whole list.
    private let receivers: [[UInt8]]

    init(_ routing: RoutingTable) {
        self.receivers = routing.routes.map { route in
            var bytes: [UInt8] = []
            bytes.append(json: #"{"name":"#)
            bytes.append(string: route.receiver)
            bytes.append(json: "}")
            return bytes
        }
    }

    /// - Parameter routes: those that take the alert, in the order in which their receivers are to be named.
    func write(
        _ alert: Alert,
        routes: [RoutingTable.RouteIndex],
        _ suppression: Suppression,
        to bytes: inout [UInt8]
    ) {
        bytes.append(json: #"{"annotations":"#)
        bytes.append(object: alert.annotations)
        bytes.append(json: #","endsAt":"#)
        bytes.append(time: alert.endsAt)
        bytes.append(json: #","fingerprint":"#)
        bytes.append(fingerprint: alert.fingerprint)
        bytes.append(json: #","receivers":["#)
        self.write(receiversOf: routes, to: &bytes)
        bytes.append(json: #"],"startsAt":"#)
        bytes.append(time: alert.startsAt)
        bytes.append(json: #","status":"#)
        GettableAlertJSON.write(suppression, to: &bytes)
        bytes.append(json: #","updatedAt":"#)
        bytes.append(time: alert.updatedAt)
        let url = alert.generatorURL
        if !url.isEmpty {
            bytes.append(json: #","generatorURL":"#)
            bytes.append(string: url)
        }
        bytes.append(json: #","labels":"#)
        bytes.append(object: alert.labels)
        bytes.append(json: "}")
    }

    private func write(receiversOf routes: [RoutingTable.RouteIndex], to bytes: inout [UInt8]) {
        for (place, route) in routes.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: self.receivers[route])
        }
    }

    private static func write(_ suppression: Suppression, to bytes: inout [UInt8]) {
        if suppression.isNone {
            bytes.append(json: #"{"inhibitedBy":[],"mutedBy":[],"silencedBy":[],"state":"active"}"#)
            return
        }
        bytes.append(json: #"{"inhibitedBy":"#)
        bytes.append(strings: suppression.inhibitedBy.map(\.description))
        bytes.append(json: #","mutedBy":"#)
        bytes.append(strings: suppression.mutedBy)
        bytes.append(json: #","silencedBy":"#)
        bytes.append(strings: suppression.silencedBy)
        bytes.append(json: #","state":"suppressed"}"#)
    }
}
