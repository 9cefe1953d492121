using System.Text.Json.Nodes;

namespace EvoNas.Dashboard.Answers;

sealed record CandidateValue(
    string Value,
    long Count,
    long Scored,
    double? Mean,
    double? Shrunken,
    double? Best,
    int? BestBirth,
    double[] Share
);

sealed record DecisionAnswer(string Id, double? Importance, long N, IReadOnlyList<CandidateValue> Candidates);

sealed record DecisionsAnswer(long Event, long Of, bool Known, IReadOnlyList<DecisionAnswer> Decisions);

sealed record PairAnswer(
    long Event,
    string A,
    string B,
    IReadOnlyList<string> AValues,
    IReadOnlyList<string> BValues,
    long[][] Count,
    double?[][] Mean,
    double?[][] Best
);

sealed record TransitionAnswer(string From, string To, long Tried, long Scored, long Gained, double? Mean);

sealed record MutationAnswer(
    string Decision,
    long Tried,
    long Scored,
    long Gained,
    double? Mean,
    double? Low,
    double? High,
    IReadOnlyList<TransitionAnswer> Transitions
);

sealed record MutationsAnswer(long Event, IReadOnlyList<MutationAnswer> Decisions);

sealed record CauseAnswer(string Reason, long Count, double Share, int LastBirth, string LastDetail, DateTime LastTime);

sealed record SlotTally(string Slot, long Ended, long Failed, long Attempts, double Seconds);

sealed record FailureAnswer(int Birth, string Reason, string Detail, string Slot, int Attempt, DateTime Time);

sealed record LossAnswer(string Node, string Cause, long Count);

sealed record FailuresAnswer(
    long Event,
    long Total,
    long Ended,
    IReadOnlyList<CauseAnswer> Causes,
    IReadOnlyList<SlotTally> Slots,
    IReadOnlyList<FailureAnswer> Recent,
    IReadOnlyList<LossAnswer> Losses
);

sealed record MinuteAnswer(DateTime Minute, int Events);

sealed record JournalAnswer(
    long Last,
    string Place,
    long? Bytes,
    int Version,
    long Folded,
    long Lag,
    IReadOnlyList<MinuteAnswer> PerMinute,
    IReadOnlyList<JsonNode> Events
);

sealed record NodeLoss(string Cause, long Count);

sealed record NodeAnswer(
    string Name,
    string Address,
    string Status,
    string[] Roles,
    IReadOnlyList<SlotAnswer> Slots,
    IReadOnlyList<NodeLoss> Losses,
    DateTime? Answered,
    bool Silent
);

sealed record ClusterSearch(
    string Name,
    string State,
    string Space,
    long Events,
    long Ended,
    long Pending,
    long? Budget,
    double? Best,
    int Slots,
    string? Detail
);

sealed record ClusterAnswer(
    string? Cluster,
    DateTime Asked,
    string? Trouble,
    IReadOnlyList<NodeAnswer> Nodes,
    IReadOnlyList<ClusterSearch> Searches
);

sealed record DoneAnswer(bool Done);
