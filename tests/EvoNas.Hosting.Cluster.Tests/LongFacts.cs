using EvoNas.Rehearsal;

namespace EvoNas.Hosting.Cluster.Tests;

/// <summary>A long test: `./evonas test --long` runs it.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class LongFactAttribute : FactAttribute
{
    public LongFactAttribute() => Skip = Reason;

    /// <summary>Why a long test does not run now; null: it does.</summary>
    internal static string? Reason =>
        Environment.GetEnvironmentVariable("EVONAS_LONG") != "1" ? "Takes long: ./evonas test --long." : null;
}

/// <summary>A long test with a PostgreSQL server of its own.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class LongPostgresFactAttribute : FactAttribute
{
    public LongPostgresFactAttribute() => Skip = LongFactAttribute.Reason ?? PostgresServer.Missing;
}
