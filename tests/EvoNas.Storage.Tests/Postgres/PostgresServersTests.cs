using EvoNas.Storage.Postgres;

namespace EvoNas.Storage.Tests.Postgres;

public class PostgresServersTests
{
    [Theory]
    [InlineData("Host=db;Database=nas", "PostgreSQL db:5432/nas")]
    [InlineData("Host=db;Port=5433;Database=nas", "PostgreSQL db:5433/nas")]
    [InlineData("Host=one:5441, two;Port=5433;Database=nas;Password=secret", "PostgreSQL one:5441,two:5433/nas")]
    [InlineData("Host=::1;Database=nas", "PostgreSQL ::1:5432/nas")]
    [InlineData("Host=[::1]:5441;Database=nas", "PostgreSQL [::1]:5441/nas")]
    [InlineData("Host=/run/postgresql;Database=nas", "PostgreSQL /run/postgresql:5432/nas")]
    public void EveryServerIsNamedWithItsPort(string connection, string name) =>
        Assert.Equal(name, PostgresFault.PlaceOf(connection));

    [Fact]
    public void SeveralServersOfWhichAnyMayAnswerAreWarnedOf()
    {
        Assert.Contains(
            "set Target Session Attributes=primary",
            PostgresPlace.Of("Host=127.0.0.1:5441,127.0.0.1:5442;Database=nas").Caution
        );
        Assert.Null(PostgresPlace.Of("Host=127.0.0.1:5441,127.0.0.1:5442;Target Session Attributes=primary").Caution);
    }
}
