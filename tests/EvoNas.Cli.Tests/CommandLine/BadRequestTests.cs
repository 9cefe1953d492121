namespace EvoNas.Cli.Tests.CommandLine;

/// <summary>A wrong request is one red line, one hint, exit code 2, and nothing on standard output.</summary>
public class BadRequestTests
{
    [Theory]
    [InlineData("sarch", "There is no command 'sarch' in evonas.", "Did you mean 'search'?")]
    [InlineData("spaces shw", "There is no command 'shw' in evonas spaces.", "Did you mean 'show'?")]
    [InlineData("status --jsn", "evonas status has no option '--jsn'.", "Did you mean '--json'?")]
    [InlineData("search --budgt=3", "evonas search has no option '--budgt'.", "Did you mean '--budget'?")]
    [InlineData("spaces show", "evonas spaces show needs SPACE", "See evonas spaces show --help.")]
    [InlineData("search --budget", "--budget needs a value: N.", "See evonas search --help.")]
    [InlineData("search --budget 5 --budget 6", "--budget is given more than once.", "Give it once.")]
    [InlineData(
        "search --budget 0",
        "--budget: evonas.search.budget.evaluations is '0'; it takes a whole number of at least 1, or none.",
        null
    )]
    [InlineData(
        "search --budget many",
        "--budget: evonas.search.budget.evaluations is 'many'; it takes a whole number of at least 1, or none.",
        null
    )]
    [InlineData("search --seed -1", "--seed: evonas.search.seed is '-1'; it takes a whole number of at least 0.", null)]
    [InlineData(
        "search --seed 9223372036854775808",
        "--seed: evonas.search.seed is '9223372036854775808'; it takes a whole number from 0 to 9223372036854775807.",
        null
    )]
    [InlineData(
        "search --budget 1e99",
        "--budget: evonas.search.budget.evaluations is '1e99'; it takes a whole number from 1 to 9223372036854775807, "
            + "or none.",
        null
    )]
    [InlineData(
        "search --hours 0",
        "--hours: evonas.search.budget.hours is '0'; it takes a number from 0.000001 to 1000000, or none.",
        null
    )]
    [InlineData(
        "search --hours nan",
        "--hours: evonas.search.budget.hours is 'nan'; it takes a number from 0.000001 to 1000000, or none.",
        null
    )]
    [InlineData(
        "search --learning-rate 0",
        "--learning-rate: evonas.training.learning-rate is '0'; it takes a number above 0, up to 1000.",
        null
    )]
    [InlineData(
        "search --momentum 1",
        "--momentum: evonas.training.momentum is '1'; it takes a number of at least 0, below 1.",
        null
    )]
    [InlineData(
        "search --algorithm evolutio",
        "--algorithm: evonas.search.algorithm is 'evolutio'; it takes one of auto, evolution, "
            + "local, nsga2, asha, random; did you mean 'evolution'?",
        null
    )]
    [InlineData(
        "search --algorithm local --population 20",
        "--population (evonas.search.population-size) does not fit the algorithm local: it breeds from one candidate.",
        "Leave it out"
    )]
    [InlineData(
        "search --algorithm local --repeat-duplicates",
        "Local search evaluates no genotype twice: it would never know that a climb has ended.",
        "Leave out --repeat-duplicates"
    )]
    [InlineData(
        "search --population 1",
        "--population: evonas.search.population-size is '1'; it takes a whole number from 2 to 100000, or auto.",
        null
    )]
    [InlineData(
        "search --population 10 --tournament 20",
        "A tournament of 20 needs 2 to 10 (the population's size) members.",
        "Lower --tournament"
    )]
    [InlineData("search --space regnet-z", "There is no space called 'regnet-z'.", "Did you mean 'regnet-x'?")]
    [InlineData("search --space none.json", "There is no file 'none.json'.", "evonas spaces")]
    [InlineData(
        "train --space randaugment_detection --genotype 1,4",
        "'randaugment_detection' is a space of policies: there are no networks to train.",
        "--network-of NAME"
    )]
    [InlineData(
        "search --space randaugment_detection --network-of nights",
        "There is no search called 'nights'",
        "Begin one: evonas search"
    )]
    [InlineData(
        "search --space randaugment_detection --early-stopping",
        "Policies are compared by whole trainings: early stopping does not fit them.",
        "Leave --early-stopping out."
    )]
    [InlineData(
        "search --space regnet-x --policy-repeats 101",
        "--policy-repeats: evonas.search.policy-repeats is '101'; it takes a whole number from 0 to 100.",
        null
    )]
    [InlineData("search --objective top2", "There is no metric called 'top2'.", "Did you mean 'top1'?")]
    [InlineData("search --objective top1+", "'top1+' is no objective.", "Write a product")]
    [InlineData("search --limit madds=3", "'madds=3' is no limit.", "Write one such as")]
    [InlineData(
        "search --epochs 3 --steps 4",
        "A training lasts epochs, steps or seconds: 3 epochs, 4 steps and 0 seconds are given.",
        "exactly one"
    )]
    [InlineData("search --preset textbok", "There is no training preset called 'textbok'.", "Did you mean 'textbook'?")]
    [InlineData(
        "search --data-set fashion",
        "There is no data set called 'fashion': it is none of fashion-mnist, mnist, cifar-10, cifar-100, "
            + "fashion-scenes, phantom, ray-cast, and no folder of the data folder '",
        "look at it first: evonas data check"
    )]
    [InlineData(
        "search --evaluate tabel:x.csv",
        "--evaluate 'tabel:x.csv' is neither training nor table:FILE.csv.",
        "left out"
    )]
    [InlineData(
        "search --evaluate table:none.csv --key a --metric b",
        "There is no table '",
        "Name an existing CSV file."
    )]
    [InlineData("search --key a", "--key, --metric and --curve belong to --evaluate table:FILE.csv.", "Give it too")]
    [InlineData("search --name ../up", "'../up' is not a valid name of a search.", "A name has 1 to 64 of")]
    [InlineData("search --name Night", "'Night' is not a valid name of a search.", "A name has 1 to 64 of")]
    [InlineData("resume night", "There is no search called 'night' in ", "Begin one: evonas search --name NAME.")]
    [InlineData("status night", "There is no search called 'night' in ", "EVONAS_HOME")]
    [InlineData("top", "No search runs in ", "evonas status")]
    [InlineData(
        "spaces describe regnet-x 1,2",
        "The genotype ends after 2 numbers, before decision 'wa'.",
        "one number a decision"
    )]
    [InlineData(
        "spaces describe regnet-x RegNetX-300MF",
        "There is no network of 'regnet-x' called 'RegNetX-300MF'.",
        "Did you mean 'RegNetX-200MF'?"
    )]
    [InlineData("spaces describe regnet-x", "evonas spaces describe needs a GENOTYPE.", "--stdin")]
    [InlineData("spaces describe regnet-x --values {\"depth\":", "The values are not JSON", "in quotes of the shell")]
    [InlineData("spaces describe regnet-x {\"depth\":", "The values are not JSON", "in quotes of the shell")]
    [InlineData(
        "spaces describe regnet-x random --resolution 0",
        "--resolution is '0'; it takes a whole number from 1 to 65536.",
        null
    )]
    [InlineData("sample regnet-x --count 0", "--count is '0'; it takes a whole number from 1 to 10000000.", null)]
    [InlineData("sample regnet-x --where top1>=0.5", "There is no cost called 'top1'.", "Known: activations, madds")]
    [InlineData("train", "evonas train needs a network.", "Give --named NAME")]
    [InlineData("train --genotype 1,2", "--genotype needs --space.", "its space says what they mean")]
    [InlineData(
        "train --named RegNetX-31",
        "There is no published network called 'RegNetX-31'.",
        "Did you mean 'RegNetX-32'?"
    )]
    [InlineData("status --config none.conf", "There is no configuration file 'none.conf'.", "--config")]
    public void IsToldWithItsWayOut(string line, string message, string? hint)
    {
        using var some = new Some();

        var (code, said, error) = some.Run(line.Split(' '));

        Assert.Equal(2, code);
        Assert.Equal("", said);
        var lines = error.TrimEnd('\n').Split('\n');
        Assert.StartsWith($"error: {message}", lines[0]);
        if (hint is null)
            Assert.Single(lines);
        else
            Assert.Contains(hint, Assert.Single(lines.Skip(1)));
    }

    [Fact]
    public void WritesNothing()
    {
        using var some = new Some();

        some.Run("search", "--name", "night", "--budget", "0");
        some.Run("search", "--name", "night", "--objective", "top2");

        Assert.False(Directory.Exists(Path.Combine(some.Home, "searches")));
    }

    [Fact]
    public void OfADefectTheStackIsShownOnlyWhenAskedFor()
    {
        var (output, error) = (new StringWriter(), new StringWriter { NewLine = "\n" });
        var terminal = new Cli.CommandLine.Terminal
        {
            In = TextReader.Null,
            Out = output,
            Error = error,
        };

        var code = Cli.CommandLine.Failure.Report(new InvalidOperationException("oh"), terminal, verbose: false);

        Assert.Equal(70, code);
        Assert.Equal(
            "error: This is a defect of EvoNas: InvalidOperationException: oh\nhint: "
                + "Run it again with --verbose and report what it prints.\n",
            error.ToString()
        );
    }
}
