using System.CommandLine;
using EvoNas.Cli.CommandLine;
using EvoNas.Searches.Requests;

namespace EvoNas.Cli.Running;

/// <summary>The options of evaluation by look-up.</summary>
sealed class TableArguments
{
    readonly Option<string?> _evaluate = Options.Text(
            "--evaluate",
            "table:FILE.csv",
            "Look scores up in a CSV file instead of training"
        ),
        _key = Options.Text("--key", "COLUMN", "Its column with the genotype");
    readonly Option<string[]> _metric = Options.Texts(
        "--metric",
        "COLUMN[,COLUMN…]",
        "Its column with the score; of several one is drawn a birth"
    );

    public Option[] All => [_evaluate, _key, _metric];

    public TableOptions Of(ParseResult parsed) =>
        new(parsed.GetValue(_evaluate), parsed.GetValue(_key), parsed.GetValue(_metric) ?? []);
}
