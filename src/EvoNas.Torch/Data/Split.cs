using EvoNas.Genetics;

namespace EvoNas.Torch.Data;

/// <summary>Which images of a training set are learnt from and which judge. The same seed splits alike on every
/// machine.</summary>
/// <param name="Train">Indices.</param>
/// <param name="Validation">Indices; none is in <paramref name="Train"/>.</param>
/// <param name="HeldOut">Indices; none is in the others. As many as of <paramref name="Validation"/>, or none where
/// there are not so many left.</param>
public sealed record Split(int[] Train, int[] Validation, int[] HeldOut)
{
    /// <summary>Draws both at random, without replacement.</summary>
    /// <param name="count">Images there are.</param>
    /// <param name="train">How many to learn from; 0 takes all that validation leaves.</param>
    /// <param name="validation">How many judge.</param>
    /// <param name="seed">The search's seed.</param>
    /// <exception cref="RequestException">There are not so many images.</exception>
    public static Split Of(int count, int train, int validation, ulong seed)
    {
        if (train == 0)
            train = count - validation;
        if (train < 1 || (long)train + validation > count)
            throw new RequestException(
                $"{train} training and {validation} validation images are asked for, "
                    + $"but the training set has {count}.",
                "Lower --train-images or --validation-images (their sum must not pass the set)."
            );
        var order = Shuffled(count, SeededRandom.For(seed, "split"));
        // Validation first: another number of training images is then judged by the same ones.
        var rest = order[(validation + train)..];
        return new(
            order[validation..(validation + train)],
            order[..validation],
            rest.Length < validation ? [] : rest[..validation]
        );
    }

    /// <summary>0 to count − 1 in random order (Fisher and Yates).</summary>
    public static int[] Shuffled(int count, SeededRandom random)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            var other = random.Below(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }
}
