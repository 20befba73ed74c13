import SyncEngine

/// Gives the commands in an instance's messages its name, so that they can be typed as they stand.
struct InstanceLog: EventLog {
    private let log: any EventLog
    private let instance: Instance

    init(_ log: any EventLog, instance: Instance) {
        self.log = log
        self.instance = instance
    }

    /// Passes the event on.
    func record(_ event: Event) {
        var event = event
        event.message = RemedyText(event.message).addressed(to: instance)
        log.record(event)
    }
}
