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
        _key = Options.Text("--key", "COLUMN", "Its column with the genotype"),
        _curve = Options.Text(
            "--curve",
            "PATTERN",
            "Its columns with the score after an epoch, such as \"acc_{epoch}\", instead of --metric"
        );
    readonly Option<string[]> _metric = Options.Texts(
        "--metric",
        "COLUMN[,COLUMN…]",
        "Its column with the score; of several one is drawn a birth"
    );

    public Option[] All => [_evaluate, _key, _metric, _curve];

    public TableOptions Of(ParseResult parsed) =>
        new(parsed.GetValue(_evaluate), parsed.GetValue(_key), parsed.GetValue(_metric) ?? [], parsed.GetValue(_curve));
}
