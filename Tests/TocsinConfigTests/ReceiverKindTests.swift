import Testing
import TocsinConfig
import TocsinCore
import TocsinModel
import TocsinReceivers
import TocsinSettings

/// The kinds of receivers that the server really has, in a file.
@Suite struct ReceiverKindTests {
    /// Written in the opposite order; each kind has an index of its own.
    @Test func integrationsAreToldInAlertmanagersOrder() throws {
        let configuration = try Sample.load(
            """
            route: {receiver: r}
            receivers:
            - name: r
              mattermost_configs: [{webhook_url: 'http://h/'}]
              rocketchat_configs: [{token: t, token_id: i}]
              incidentio_configs: [{url: 'http://h/', alert_source_token: t}]
              msteamsv2_configs: [{webhook_url: 'http://h/'}]
              msteams_configs: [{webhook_url: 'http://h/'}]
              webex_configs: [{room_id: r, http_config: {authorization: {credentials: c}}}]
              discord_configs: [{webhook_url: 'http://h/'}, {webhook_url: 'http://i/'}]
              telegram_configs: [{bot_token: t, chat_id: -1}]
              pushover_configs: [{user_key: u, token: t}]
              victorops_configs: [{api_key: k, routing_key: r}]
              slack_configs: [{api_url: 'http://h/'}]
              opsgenie_configs: [{api_key: k}, {api_key: l}]
              pagerduty_configs: [{routing_key: k}]
              webhook_configs: [{url: 'http://h/'}]
            """,
            receivers: .builtIn
        )

        let integrations = try #require(configuration.routing.integrations["r"])
        #expect(
            integrations.map { "\($0.id.kind)[\($0.id.index)]" } == [
                "webhook[0]", "pagerduty[0]", "opsgenie[0]", "opsgenie[1]", "slack[0]", "victorops[0]", "pushover[0]",
                "telegram[0]", "discord[0]", "discord[1]", "webex[0]", "msteams[0]", "msteamsv2[0]", "incidentio[0]",
                "rocketchat[0]", "mattermost[0]",
            ]
        )
        #expect(integrations.filter { !$0.sendResolved }.map(\.id.kind) == ["slack", "rocketchat"])
    }

    @Test func receiversTakeKeysAndAddressesFromGlobal() throws {
        let configuration = try Sample.load(
            """
            global:
              opsgenie_api_url: http://og/
              opsgenie_api_key_file: og
              victorops_api_url: http://vo/
              victorops_api_key_file: vo
              telegram_api_url: http://tg
              telegram_bot_token_file: tg
              webex_api_url: http://wx/
              rocketchat_api_url: http://rc/
              rocketchat_token_file: rc
              rocketchat_token_id_file: id
              mattermost_webhook_url_file: mm
            route: {receiver: r}
            receivers:
            - name: r
              mattermost_configs: [{}]
              rocketchat_configs: [{}]
              webex_configs: [{room_id: r, http_config: {authorization: {credentials_file: wx}}}]
              telegram_configs: [{chat_id: 1}]
              victorops_configs: [{routing_key: r}]
              opsgenie_configs: [{}]
            """,
            receivers: .builtIn
        )

        let lines = configuration.receivers.map { "\($0.key.kind) \($0.value.destination.joined(separator: " "))" }
        #expect(
            lines.sorted() == [
                "mattermost file:mm ", "opsgenie http://og/ file:og", "rocketchat http://rc/ file:rc file:id ",
                "telegram http://tg file:tg 1 0", "victorops http://vo/ file:vo r", "webex http://wx/ file:wx r",
            ]
        )
    }

    @Test(arguments: [
        "opsgenie_api_key", "victorops_api_key", "telegram_bot_token", "rocketchat_token", "rocketchat_token_id",
        "mattermost_webhook_url",
    ])
    func aSecretStandsInOnePlaceOnly(key: String) {
        let text = "global: {\(key): 'http://secret', \(key)_file: f}\nroute: {receiver: r}\nreceivers: [{name: r}]\n"

        let mistakes = Sample.mistakes(in: text, receivers: .builtIn)

        #expect(mistakes.count == 1)
        #expect(mistakes.first?.hasSuffix("at most one of \(key) & \(key)_file must be configured") ?? false)
    }

    /// Alertmanager stops on some of them without a word, and builds others as if they were empty.
    @Test(arguments: Receivers.kinds.map { $0.kind })
    func anItemThatIsNullIsAMistake(kind: String) {
        let text = "route: {receiver: r}\nreceivers:\n- name: r\n  \(kind)_configs: [null]\n"

        let mistakes = Sample.mistakes(in: text, receivers: .builtIn)

        #expect(mistakes == ["a.yml:4:\(kind.count + 14): `\(kind)_configs` item 1 must be a mapping, not nothing"])
    }
}
