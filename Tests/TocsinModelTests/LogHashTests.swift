import Testing
import TocsinModel

@Suite struct LogHashTests {
    /// The first is the algorithm's own vector, the others stand in an Alertmanager's notification log.
    @Test(
        arguments: [
            ([:], 0xEF46_DB37_51D8_E999),
            (["alertname": "Disk", "host": "a"], 0xC21F_69DB_74A0_398C),
            (
                [
                    "severity": "critical", "alertname": "Down",
                    "host": "a very long host name so that the hash sees many bytes",
                ],
                0xFE78_9924_FF44_B43A
            ),
        ] as [(LabelSet, UInt64)])
    func anAlertHasTheHashOfAlertmanagersLog(_ labels: LabelSet, _ hash: UInt64) {
        #expect(labels.logHash == LogHash(hash))
    }
}
