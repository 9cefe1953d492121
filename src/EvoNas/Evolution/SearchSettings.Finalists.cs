namespace EvoNas.Evolution;

public sealed partial record SearchSettings
{
    void CheckFinalists()
    {
        if (Finalists is not { } rules)
            return;
        rules.Check();
        if (Pareto is not null)
            throw new RequestException(
                "Finalists belong to one objective; with several there is a front and no winner.",
                "Leave out --finalists."
            );
        if (RepeatDuplicates)
            throw new RequestException(
                "Finalists are different genotypes; a search that evaluates duplicates would choose one twice.",
                "Leave out --repeat-duplicates, or add --finalists none."
            );
    }
}
