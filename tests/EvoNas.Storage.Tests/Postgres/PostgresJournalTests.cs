using System.Reflection;
using EvoNas.Actors;
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
            await (Task)typeof(JournalContract).GetMethod(promise)!.Invoke(contract, arguments)!; // Named by itself.
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"{promise}: {fault.Message}", fault);
        }
        finally
        {
            await contract.DisposeAsync();
        }
    }

    [PostgresFact]
    public async Task WhatWasAcknowledgedOutlivesACrashOfTheServer()
    {
        var database = server.Database();
        await using var journal = AkkaJournal.Open(PostgresPlace.Of(database));
        using var reader = PostgresReader.Open(database);
        var serialized = Some.Serialized(Some.History(2));
        await journal.Append(Some.Search, serialized[..3]);

        server.Running.Crash();
        Assert.Equal(
            JournalTrouble.Unavailable,
            (await Assert.ThrowsAsync<JournalException>(() => journal.Append(Some.Search, serialized[3..]))).Trouble
        );
        Assert.Equal(JournalTrouble.Unavailable, Assert.Throws<JournalException>(() => reader.Last("")).Trouble);
        server.Running.Start();

        Assert.Equal(3, (await journal.Recover(Some.Search)).Events);
        Assert.Equal(3, reader.Last(Some.Search));
        await journal.Append(Some.Search, serialized[3..]);
        Assert.True(PostgresVerification.Of(database, Some.Search).Sound);
    }

    [PostgresTheory]
    [InlineData("DELETE FROM journal WHERE sequence_number = 4")]
    [InlineData("DELETE FROM journal WHERE sequence_number < 3")]
    [InlineData("UPDATE journal SET identifier = 1 WHERE sequence_number = 4")]
    [InlineData("UPDATE journal SET identifier = NULL WHERE sequence_number = 4")]
    public async Task ALostOrForeignEventStopsTheSearch(string damage)
    {
        var database = server.Database();
        await using var journal = AkkaJournal.Open(PostgresPlace.Of(database));
        await journal.Append(Some.Search, Some.Serialized(Some.History(3)));
        await Run(database, damage);

        using var reader = PostgresReader.Open(database);
        Assert.Equal(JournalTrouble.Broken, Assert.Throws<JournalException>(() => reader.Recover(Some.Search)).Trouble);
        Assert.Equal(
            JournalTrouble.Broken,
            (await Assert.ThrowsAsync<JournalException>(() => journal.Recover(Some.Search))).Trouble
        );
    }

    [PostgresFact]
    public async Task AJournalWithoutTablesIsBroken()
    {
        var database = server.Database();
        await Run(database, "DROP TABLE journal");
        await using var journal = AkkaJournal.Open(PostgresPlace.Of(database));

        var fault = await Assert.ThrowsAsync<JournalException>(() => journal.Recover(Some.Search));

        Assert.Equal(JournalTrouble.Broken, fault.Trouble);
        Assert.Contains("--migrate", fault.Hint);
    }

    [PostgresFact]
    public async Task AChangedRowIsFound()
    {
        var database = server.Database();
        await using (var journal = AkkaJournal.Open(PostgresPlace.Of(database)))
            await journal.Append(Some.Search, Some.Serialized(Some.History(3)));
        await Run(
            database,
            "UPDATE journal SET message = set_byte(message, 40, get_byte(message, 40) # 1) WHERE sequence_number = 4"
        );

        var verification = PostgresVerification.Of(database, Some.Search);

        Assert.False(verification.Sound);
        Assert.Contains(verification.Findings, finding => finding.First == 4);
        Assert.DoesNotContain("Username", verification.Path);
    }

    [PostgresFact]
    public async Task ARoleWithTheLeastRightsSuffices()
    {
        var owner = server.Database();
        var role = $"node_{new NpgsqlConnectionStringBuilder(owner).Database}";
        await Run(owner, $"CREATE ROLE {role} LOGIN");
        PostgresTables.Migrate(owner, role);
        var node = new NpgsqlConnectionStringBuilder(owner) { Username = role }.ConnectionString;

        await using var journal = AkkaJournal.Open(PostgresPlace.Of(node));
        await journal.Append(Some.Search, Some.Serialized(Some.History(1)));
        await journal.Keep(Some.Search, Some.Canonical(Some.Fold(Some.History(1))));
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

    // What an administrator, or a fail-over of the database, changes while searches run: they wait for it.
    [PostgresTheory]
    [InlineData("ALTER DATABASE {0} SET default_transaction_read_only = on", "takes no writes")]
    [InlineData("REVOKE INSERT ON journal FROM {1}", "permission denied")]
    public async Task WhatMayBePutRightMeanwhileIsUnavailableAndNotBroken(string change, string said)
    {
        var owner = server.Database();
        var database = new NpgsqlConnectionStringBuilder(owner).Database;
        var role = $"node_{database}";
        await Run(owner, $"CREATE ROLE {role} LOGIN");
        PostgresTables.Migrate(owner, role);
        await Run(owner, string.Format(System.Globalization.CultureInfo.InvariantCulture, change, database, role));
        await using var journal = AkkaJournal.Open(
            PostgresPlace.Of(new NpgsqlConnectionStringBuilder(owner) { Username = role }.ConnectionString)
        );

        var fault = await Assert.ThrowsAsync<JournalException>(() =>
            journal.Append(Some.Search, Some.Serialized(Some.History(1)))
        );

        Assert.Equal(JournalTrouble.Unavailable, fault.Trouble);
        Assert.Contains(said, fault.Message);
    }

    [Fact]
    public void AServerThatIsNotThereIsOneClearError()
    {
        var fault = Assert.Throws<JournalException>(() =>
            PostgresReader.Open("Host=127.0.0.1;Port=1;Username=evonas;Password=secret;Database=evonas;Timeout=2")
        );

        Assert.Equal(JournalTrouble.Unavailable, fault.Trouble);
        Assert.DoesNotContain("secret", fault.Message);
    }

    static async Task Run(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    sealed class OnPostgres(string database) : JournalContract
    {
        protected override JournalPlace Open() => PostgresPlace.Of(database);

        protected override JournalReader Read() => PostgresReader.Open(database);
    }
}
