import SyncEngine

/// The journal's `MESSAGE_ID` of each kind of event.
///
/// Operators' alerts and the message catalogue name these, so one that has been released never changes and
/// is never used again for something else. A new kind gets a new one: `systemd-id128 new`.
extension EventKind {
    /// 128 random bits in lower-case hexadecimal, as `journalctl MESSAGE_ID=` takes them.
    var messageID: String {
        switch self {
        case .ready: "449b89f16208453b8b0c78f01a58c29f"
        case .stopping: "c2e6d76d152447aa876fe6512b5182f1"
        case .shopPaused: "216ed2b1a740400d813eecc2132e12fe"
        case .shopRecovered: "664a27ddf8a248dfaf680ec69a45c549"
        case .shopFailing: "55b65920fd0949c4807fc8a5d774a48c"
        case .ordersImported: "16fb4a0bd3cd4e8482c5e6275f9b3a68"
        case .orderFailed: "140a03d768984c65906080a0ebfa822f"
        case .orderChangedAfterHandOff: "8e74bb4c866f4ed292b51d5060b204b7"
        case .orderGone: "d01622b4759249db88241b4a047228bc"
        case .totalsDiffer: "2f26c5b927114026a592b137644ac784"
        case .sweepHealed: "7e33c496dfe944f481605a9b6faeb6d8"
        case .startRefused: "8c31c814bd554bf28cc7bf788c806a23"
        case .configurationRefused: "791b44b17f524c2ba67265bd1dee4515"
        case .configurationApplied: "d8409321f8f74595bb118b4e6a4dd072"
        case .versionFallenForward: "7792687c850e42308b688b32041f4e55"
        case .databaseTrouble: "c0fedda6203d4189a57fe93b7f3e96b1"
        case .databaseRecovered: "6e3cce90cce74a89914cf9224f65ad8d"
        case .pushesWaiting: "4385aa2b2d5e9b8e0783ced4ee5ff20b"
        case .pushParked: "a1c1d587f45e9fd19a808a2ed84f0ada"
        case .fulfilmentSent: "14d6817954bf1dc337c2c9b259da0c5e"
        case .shipmentExceedsOrder: "2d8b5eefa5d87f09f61e688609e88ea9"
        case .stockSent: "1d1f5910e16bedbe8d1bd9b5fd6d6772"
        case .skuNotSent: "a1ef1c6bb255b0d4d5d34dcda2937c7f"
        case .stockDiffers: "bb8f6173d09115b0f826610eb0a300fb"
        case .importedFile: "1e16e9579c07c47a5d58a31a774b3899"
        case .ordersServed: "081cbbae378148e79cbc6d764006a7c2"
        case .ordersTaken: "b950761867f54f808d9e330ad28e603c"
        case .orderNotSent: "458e210716dc4ecc8a10e7532a4fe6f3"
        case .despatchesTold: "b35d06c6c4904f238dbe385a314ad787"
        case .linkContact: "c18301ddc2524dc1a31be82b684a1abf"
        case .linkRefused: "8a918d3fb1ae4f1b97c5d27848642ed6"
        case .linkNotice: "08890a9f4ae447ec9aa24f8477bfcacf"
        case .linkSilent: "77045850ae7e450ea206aa5b9887be0d"
        case .ordersUnconfirmed: "1d0fec066c6e48e49b007a7ae3db1183"
        case .storeRestored: "f36b53551f874ee0bd81e67a9c63bec8"
        case .restorationConfirmed: "d8f2c5f67f5e46d593774e1bbb3bea7d"
        case .personalDataRemoved: "e31172760ec2484fa4611789fd830a4d"
        case .clockSet: "b28a680a23d04b39a93e54acc6232f2f"
        case .storeDamaged: "4cf04819cb3a4ce0b802321a466c9b50"
        }
    }
}
