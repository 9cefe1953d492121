using System.Reflection;
using EvoNas.Actors;
using EvoNas.Hosting;
using EvoNas.Rehearsal;
using EvoNas.Storage.Postgres;
using Npgsql;

namespace EvoNas.Storage.Tests.Postgres;

/// <summary>Skipped, with the reason, where no PostgreSQL server is installed.</summary>
sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = PostgresServer.Missing;
}

/// <summary>As <see cref="PostgresTheoryAttribute"/>.</summary>
sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.Missing;
}

/// <summary>One server for the class.</summary>
public sealed class Server : IDisposable
{
    readonly Lazy<PostgresServer> _server = new(() => new());
    int _databases;

    public PostgresServer Running => _server.Value;

    /// <summary>An empty database with the tables.</summary>
    public string Database()
    {
        NpgsqlConnection.ClearAllPools(); // Another test may have crashed the server.
        var name = $"evonas{Interlocked.Increment(ref _databases)}";
        using var connection = new NpgsqlConnection(Running.ConnectionString());
        connection.Open();
        new NpgsqlCommand($"CREATE DATABASE {name}", connection).ExecuteNonQuery();
        PostgresTables.Migrate(Running.ConnectionString(name));
        return Running.ConnectionString(name);
    }

    public void Dispose()
    {
        NpgsqlConnection.ClearAllPools();
        if (_server.IsValueCreated)
            _server.Value.Dispose();
    }
}

public class PostgresJournalTests(Server server) : IClassFixture<Server>
{
    public static TheoryData<string, object[]> Contract()
    {
        var data = new TheoryData<string, object[]>();
        foreach (var method in typeof(JournalContract).GetMethods())
            if (method.GetCustomAttributes<InlineDataAttribute>().ToArray() is { Length: > 0 } rows)
                foreach (var row in rows)
                    data.Add(method.Name, row.GetData(method).Single());
            else if (method.GetCustomAttribute<FactAttribute>() is not null)
                data.Add(method.Name, []);
        return data;
    }

    // The contract's tests are inherited by the other journals; here they are called, because all of them are skipped
    // where no server is.
    [PostgresTheory]
    [MemberData(nameof(Contract))]
    public async Task TheContractHolds(string promise, object[] arguments)
    {
        var contract = new OnPostgres(server.Database());
        await contract.InitializeAsync();
        try
        {
            typeof(JournalContract).GetMethod(promise)!.Invoke(contract, arguments);
        } // Named by itself.
        catch (TargetInvocationException fault) when (fault.InnerException is { } inner)
        {
            throw new InvalidOperationException($"{promise}: {inner.Message}", inner);
        }
        finally
        {
            await contract.DisposeAsync();
        }
    }

    [PostgresFact]
    public async Task ASecondWriterIsRefusedByTheServer()
    {
        var database = server.Database();
        await using var one = PostgresJournal.Open(database);
        await using var other = PostgresJournal.Open(database);
        var wired = Some.Wired(Some.History(2));
        one.Append(Some.Search, 1, wired[..1], Some.Time);
        other.Append(Some.Search, 2, wired[1..2], Some.Time);

        var fault = Assert.Throws<JournalException>(() => one.Append(Some.Search, 2, wired[1..3], Some.Time));

        Assert.Equal(JournalTrouble.OtherWriter, fault.Trouble);
        Assert.Equal(2, other.Last(Some.Search));
    }

    [PostgresFact]
    public async Task WhatWasAcknowledgedOutlivesACrashOfTheServer()
    {
        var database = server.Database();
        await using var journal = PostgresJournal.Open(database);
        var wired = Some.Wired(Some.History(2));
        journal.Append(Some.Search, 1, wired[..3], Some.Time);

        server.Running.Crash();
        Assert.Equal(
            JournalTrouble.Unavailable,
            Assert.Throws<JournalException>(() => journal.Append(Some.Search, 4, wired[3..], Some.Time)).Trouble
        );
        server.Running.Start();

        Assert.Equal(3, journal.Last(Some.Search));
        journal.Append(Some.Search, 4, wired[3..], Some.Time);
        Assert.True(PostgresVerification.Of(database, Some.Search).Sound);
    }

    [PostgresFact]
    public async Task AChangedRowIsFound()
    {
        var database = server.Database();
        await using (var journal = PostgresJournal.Open(database))
            journal.Append(Some.Search, 1, Some.Wired(Some.History(3)), Some.Time);
        await using (var connection = new NpgsqlConnection(database))
        {
            await connection.OpenAsync();
            await new NpgsqlCommand(
                "UPDATE journal SET message = set_byte(message, 40, get_byte(message, 40) # 1) WHERE sequence_number = 4",
                connection
            ).ExecuteNonQueryAsync();
        }

        var verification = PostgresVerification.Of(database, Some.Search);

        Assert.False(verification.Sound);
        Assert.Contains(verification.Findings, finding => finding.First == 4);
        Assert.DoesNotContain("Username", verification.Path);
    }

    [PostgresFact]
    public async Task ARoleWithTheLeastRightsSuffices()
    {
        var owner = server.Database();
        await using (var connection = new NpgsqlConnection(owner))
        {
            await connection.OpenAsync();
            await new NpgsqlCommand($"CREATE ROLE node_{connection.Database} LOGIN", connection).ExecuteNonQueryAsync();
        }
        var role = $"node_{new NpgsqlConnectionStringBuilder(owner).Database}";
        PostgresTables.Migrate(owner, role);
        var node = new NpgsqlConnectionStringBuilder(owner) { Username = role }.ConnectionString;

        await using var journal = PostgresJournal.Open(node);
        journal.Append(Some.Search, 1, Some.Wired(Some.History(1)), Some.Time);
        journal.Keep(Some.Search, new(1, Some.Time, Actors.LineageSnapshot.Manifest, new byte[] { 1 }));
        await using var by = new NpgsqlConnection(node);
        await by.OpenAsync();

        Assert.Equal(
            PostgresErrorCodes.InsufficientPrivilege,
            (
                await Assert.ThrowsAsync<PostgresException>(() =>
                    new NpgsqlCommand("DELETE FROM journal", by).ExecuteNonQueryAsync()
                )
            ).SqlState
        );
    }

    [Fact]
    public void AServerThatIsNotThereIsOneClearError()
    {
        var fault = Assert.Throws<JournalException>(() =>
            PostgresJournal.Open("Host=127.0.0.1;Port=1;Username=evonas;Password=secret;Database=evonas;Timeout=2")
        );

        Assert.Equal(JournalTrouble.Unavailable, fault.Trouble);
        Assert.DoesNotContain("secret", fault.Message);
    }

    sealed class OnPostgres(string database) : JournalContract
    {
        protected override IJournal Open() => PostgresJournal.Open(database);
    }
}
