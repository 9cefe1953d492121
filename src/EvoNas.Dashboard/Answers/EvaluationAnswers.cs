namespace EvoNas.Dashboard.Answers;

sealed record ChangeAnswer(string Decision, string From, string To);

/// <summary>One birth as a row of a table.</summary>
record Evaluation
{
    public required int Birth { get; init; }

    /// <summary>Of one that continues another on the next rung: that one.</summary>
    public int? Parent { get; init; }

    /// <summary>The birth that it continues on the next rung; null for all others.</summary>
    public int? Promoted { get; init; }

    /// <summary>Its rung, from 0; null where there are none.</summary>
    public int? Rung { get; init; }

    public required string Outcome { get; init; }

    public int? StoppedAtEpoch { get; init; }

    public double? Fitness { get; init; }

    public bool? Feasible { get; init; }

    public double? Gain { get; init; }

    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    public required string Genotype { get; init; }

    public int Draw { get; init; }

    public ChangeAnswer? Change { get; init; }

    public int? Attempt { get; init; }

    public string? Slot { get; init; }

    public double? Seconds { get; init; }

    public double? AtSeconds { get; init; }

    public int BornAt { get; init; }

    public int? EndedAt { get; init; }

    public DateTime BornTime { get; init; }

    public DateTime? EndedTime { get; init; }

    public int? Ordinal { get; init; }

    public int? RetiredAt { get; init; }

    public int Children { get; init; }

    public int Subtree { get; init; }

    public int Founder { get; init; }
}

sealed record EvaluationsAnswer(IReadOnlyList<Evaluation> Rows, string? Next, int Total, int Of, long Event);

/// <summary>What a candidate answers to a decision; with the parent's answer where it differs.</summary>
sealed record ValueAnswer(string Id, string Value, string? ParentValue);

sealed record CandidateAnswer : Evaluation
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public CandidateAnswer(Evaluation row)
        : base(row) { }

    public IReadOnlyList<double> Curve { get; init; } = [];

    public string? Failure { get; init; }

    public int? Rank { get; init; }

    public IReadOnlyList<int> ChildBirths { get; init; } = [];

    public IReadOnlyList<int> Siblings { get; init; } = [];

    public IReadOnlyList<ValueAnswer>? Values { get; init; }

    public string? Command { get; init; }

    public bool HasDrawing { get; init; }

    /// <summary>Null: whoever runs the search may keep some, and says so when it is asked for them.</summary>
    public bool? HasSamples { get; init; }

    public bool IsBest { get; init; }

    public bool InPopulation { get; init; }

    public int Heirs { get; init; }
}

sealed record AncestorsAnswer(IReadOnlyList<Evaluation> Rows);

sealed record DescendantsAnswer(IReadOnlyList<Evaluation> Rows, int Total, bool Truncated);

sealed record LogLine(string? Time, string? Level, string Message, string? Slot, string? Exception);

sealed record LogAnswer(IReadOnlyList<LogLine> Lines, bool Truncated);

sealed record EpochBand(int Epoch, long N, double Q05, double Q25, double Median, double Q75, double Q95);

sealed record CurvesAnswer(long Event, long Of, IReadOnlyList<EpochBand> Epochs);
