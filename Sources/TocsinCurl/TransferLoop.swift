import CCurlShim
import Glibc
import TocsinReceivers

/// The transfer thread: takes orders, lets libcurl work, answers.
///
/// Made by one thread and from then on touched only by the thread it starts.
final class TransferLoop {
    private let inbox: Inbox
    private let multi: MultiHandle
    private var transfers: [Order.ID: Transfer] = [:]
    /// Handles for the next transfers: making one costs more than all its options.
    private var spareHandles: [EasyHandle] = []
    private static let maximumSpareHandles = 64

    private init(inbox: Inbox, multi: MultiHandle) {
        self.inbox = inbox
        self.multi = multi
    }

    /// False if the system gives no thread. The thread ends after `inbox.stop`, and cleans up the multi handle.
    static func startThread(inbox: Inbox, multi: MultiHandle) -> Bool {
        let loop = Unmanaged.passRetained(TransferLoop(inbox: inbox, multi: multi))
        var thread = pthread_t()
        let status = pthread_create(
            &thread,
            nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<TransferLoop>.fromOpaque(pointer).takeRetainedValue().run()
                return nil
            },
            loop.toOpaque()
        )
        guard status == 0 else {
            loop.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private func run() {
        Self.prepareThread()
        while true {
            let batch = self.inbox.takeAll()
            for command in batch.commands {
                switch command {
                case .start(let order): self.start(order)
                case .cancel(let id): self.cancel(id)
                }
            }
            if batch.isStopping { break }

            let hasAdvanced = self.multi.advance()
            while let (easy, code) = self.multi.nextFinished() {
                self.finish(EasyHandle.transfer(of: easy), code)
            }
            if !hasAdvanced {
                self.failAll()
            }
            if self.inbox.fallAsleep() {
                self.sleep()
            }
        }
        for transfer in Array(self.transfers.values) {
            self.end(transfer, .failure(.shutDown(mayHaveArrived: transfer.mayHaveArrived)))
        }
        self.spareHandles = []
        self.inbox.close(then: { self.multi.cleanUp() })
    }

    static func prepareThread() {
        // With CURLOPT_NOSIGNAL libcurl leaves SIGPIPE alone, and a peer that went away would end the process.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    private func sleep() {
        guard !self.multi.wait() else { return }
        self.failAll()
        // With nothing to do the call must not fail; if it does all the same, the loop may not spin.
        poll(nil, 0, 100)
    }

    // MARK: - One transfer

    private func start(_ order: Order) {
        guard let easy = self.spareHandles.popLast() ?? EasyHandle() else {
            order.answer.resume(returning: .failure(.noMemory(for: order.request.origin)))
            return
        }
        let transfer = Transfer(order: order, easy: easy)
        self.transfers[order.id] = transfer
        self.begin(transfer)
    }

    /// The first request of a transfer, or the next after a redirect.
    private func begin(_ transfer: Transfer) {
        do throws(OptionRefused) {
            try transfer.configure()
        } catch {
            self.end(transfer, .failure(error.failure(at: transfer.request.origin)))
            return
        }
        if !self.multi.add(transfer.easy) {
            self.end(transfer, .failure(.noMemory(for: transfer.request.origin)))
        }
    }

    private func finish(_ transfer: Transfer, _ code: CURLcode) {
        switch transfer.conclude(code) {
        case .over(let result):
            self.end(transfer, result)
        case .redirected:
            self.multi.remove(transfer.easy)
            transfer.easy.reset()
            self.begin(transfer)
        }
    }

    private func cancel(_ id: Order.ID) {
        guard let transfer = self.transfers[id] else { return }
        self.end(transfer, .failure(.cancelled(mayHaveArrived: transfer.mayHaveArrived)))
    }

    /// Removing a handle that was never added does nothing.
    private func end(_ transfer: Transfer, _ result: Result<HTTPResponse, TransportFailure>) {
        self.multi.remove(transfer.easy)
        self.transfers[transfer.order.id] = nil
        transfer.easy.reset()
        if self.spareHandles.count < Self.maximumSpareHandles {
            self.spareHandles.append(transfer.easy)
        }
        transfer.order.answer.resume(returning: result)
    }

    private func failAll() {
        for transfer in Array(self.transfers.values) {
            self.end(transfer, .failure(transfer.failure(CURLE_FAILED_INIT)))
        }
    }
}
