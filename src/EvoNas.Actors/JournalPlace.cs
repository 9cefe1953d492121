using System.Data.Common;

namespace EvoNas.Actors;

/// <summary>Where a journal is stored, and all that a writer needs to connect to it. <c>EvoNas.Storage</c> makes it
/// and knows the database; <c>EvoNas.Hosting</c> hands it to Akka.Persistence.Sql and knows no database.</summary>
public sealed record JournalPlace
{
    /// <summary>The database's name in Akka.Persistence.Sql: <c>SQLite.MS</c> or <c>PostgreSQL.15</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The connection string; a secret where it holds a password.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>The place in words, without secrets.</summary>
    public required string Description { get; init; }

    /// <summary>True for a file, which has one writer; false for a server.</summary>
    public bool IsFile { get; init; }

    /// <summary>What is less safe than it could be, in words; null if nothing is known.</summary>
    public string? Caution { get; init; }

    /// <summary>Runs before a connection is opened or taken from the pool. It throws a <see cref="JournalException"/>
    /// where the journal must not be written, such as a file that was deleted.</summary>
    public Action Opening { get; init; } = () => { };

    /// <summary>Runs on every connection that was opened or taken from the pool, before its first statement: sets what
    /// holds for one connection only.</summary>
    public Action<DbConnection> Opened { get; init; } = _ => { };

    /// <summary>Runs before the events of a persistence id are recovered. It throws a <see cref="JournalException"/>
    /// for losses that a replay cannot see, such as rows that are missing at the end.</summary>
    public Action<string> Recovering { get; init; } = _ => { };

    /// <summary>A query that shows whether the journal can be appended to now. Its one row has one text: why not, or
    /// null.</summary>
    public required string Probe { get; init; }

    /// <summary>What an exception of the database means; null for an exception of something else.</summary>
    public required Func<Exception, JournalException?> Explain { get; init; }

    /// <summary>The place in words, without secrets.</summary>
    public override string ToString() => Description;
}
