using EvoNas.Searches.Configuration;
using EvoNas.Searches.Requests;
using EvoNas.Searches.Tests.Support;
using EvoNas.Spaces;

namespace EvoNas.Searches.Tests.Requests;

public class SearchRequestTests
{
    [Fact]
    public void ASearchOfAFiniteSpaceKnowsItsSize()
    {
        using var some = new CubeFolder();

        var request = ToBegin(some.Space, new($"table:{some.Table}", "arch", ["mean"]));

        Assert.Equal(81, request.Settings.SpaceSize);
    }

    [Fact]
    public void ASpaceOfMorePointsThanANumberHoldsHasNoSize()
    {
        var spaces = SpaceCatalog.All.Where(space => space.ClassifyingProfile is not null).ToArray();

        Assert.Contains(spaces, space => space.Decisions.Size > long.MaxValue);
        Assert.All(
            spaces,
            space =>
                Assert.Equal(
                    space.Decisions.Size <= long.MaxValue ? (long?)space.Decisions.Size : null,
                    ToBegin(space.Name, new(null, null, [])).Settings.SpaceSize
                )
        );
    }

    static SearchRequest ToBegin(string space, TableOptions table)
    {
        var option = new HoconNode.Text(new("--space"), space, Quoted: true);
        return SearchRequest.ToBegin(EffectiveSettings.Of(null, (KnownSettings.Space, option)), table, null);
    }
}
