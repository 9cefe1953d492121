using System.Collections.Immutable;
using EvoNas.Genetics;
using EvoNas.Tasks.Checking;
using EvoNas.Torch.Data;

namespace EvoNas.Tasks.Data;

/// <summary>The parts of a data set, as its layout gives them, or split by a seed that never changes.</summary>
/// <param name="Train">Learnt from, and judged by where there is no validation part.</param>
/// <param name="Validation">Judges a search; null: it is held out of the training part.</param>
/// <param name="Test">Judges what a search found.</param>
sealed record PartsOf<T>(ImmutableArray<T> Train, ImmutableArray<T>? Validation, ImmutableArray<T> Test)
{
    /// <summary>The same parts of something else.</summary>
    public PartsOf<TOther> Select<TOther>(Func<T, TOther> of) =>
        new([.. Train.Select(of)], Validation is { } some ? [.. some.Select(of)] : null, [.. Test.Select(of)]);

    /// <summary>The parts that a search and a full training use. A layout of two parts is as published sets are: the
    /// second is not seen before the end. Of one part a tenth is.</summary>
    /// <exception cref="RequestException">There are too few samples.</exception>
    public static PartsOf<T> Of(
        string folder,
        ImmutableArray<T> train,
        ImmutableArray<T>? validation,
        ImmutableArray<T>? test
    )
    {
        const int Fewest = 3;
        if (test is { IsEmpty: true })
            test = null;
        if (validation is { IsEmpty: true })
            validation = null;
        if (train.Length < Fewest)
            throw new RequestException(
                $"'{folder}' has {train.Length} samples to learn from; at least {Fewest} are needed: to learn, to "
                    + "validate and to test."
            );
        if (test is not null)
            return new(train, validation, test.Value);
        if (validation is not null)
            return new(train, null, validation.Value);
        var order = Split.Shuffled(train.Length, SeededRandom.For(0, "test part"));
        var held = Math.Max(1, train.Length / 10);
        return new(
            [.. order[held..].Order().Select(i => train[i])],
            null,
            [.. order[..held].Order().Select(i => train[i])]
        );
    }
}

/// <summary>Pictures with boxes in the layouts that detectors are trained on, with their parts.</summary>
/// <param name="Layout">Of <see cref="DataLayout"/>.</param>
/// <param name="Classes">Names by class index.</param>
/// <param name="CategoryIds">Ids that results are written with, by class index.</param>
/// <param name="Parts">The pictures of each part.</param>
sealed record DetectionFolder(
    string Layout,
    ImmutableArray<string> Classes,
    ImmutableArray<long> CategoryIds,
    PartsOf<LabelledPicture> Parts
)
{
    /// <summary>Reads all annotations of a folder, and the head of each picture.</summary>
    /// <param name="folder">The data set.</param>
    /// <param name="layout"><see cref="DataLayout.Coco"/> or <see cref="DataLayout.Voc"/>.</param>
    /// <param name="report">Counts what is repaired and left out.</param>
    /// <exception cref="RequestException">It is malformed, or nothing in it is labelled.</exception>
    public static DetectionFolder Read(string folder, string layout, DataReport report)
    {
        var (train, validation, test) = layout == DataLayout.Coco ? Coco(folder, report) : Voc(folder, report);
        var classes = train.Classes;
        if (layout == DataLayout.Voc)
            // The names that occur anywhere: a rare class may be in one part only.
            classes =
            [
                .. new[] { train, validation, test }
                    .SelectMany(static part => part?.Classes ?? [])
                    .Distinct()
                    .Order(StringComparer.Ordinal),
            ];
        var ids = layout == DataLayout.Coco ? train.CategoryIds : [.. classes.Select(static (_, i) => i + 1L)];
        var parts = PartsOf<LabelledPicture>.Of(
            folder,
            Renumbered(train).Pictures,
            validation is null ? null : Renumbered(validation).Pictures,
            // Published test parts have no annotations.
            test is null
            || test.Pictures.All(static one => one.Boxes.IsEmpty)
                ? null
                : Renumbered(test).Pictures
        );
        if (parts.Train.All(static one => one.Boxes.All(static box => box.Crowd)))
            throw new RequestException(
                $"'{folder}' has no boxes to learn from (crowds and difficult ones do not count)."
            );
        return new(layout, classes, ids, parts);

        DetectionSet Renumbered(DetectionSet part)
        {
            if (part.Classes.SequenceEqual(classes))
                return part;
            var places = part.Classes.Select(name => classes.IndexOf(name)).ToArray();
            var unknown = Array.IndexOf(places, -1);
            return unknown < 0
                ? part with
                {
                    Pictures =
                    [
                        .. part.Pictures.Select(picture =>
                            picture with
                            {
                                Boxes = [.. picture.Boxes.Select(one => one with { Class = places[one.Class] })],
                            }
                        ),
                    ],
                }
                : throw new RequestException(
                    $"'{folder}': a part has the category '{part.Classes[unknown]}', which the training part lacks."
                );
        }
    }

    static (DetectionSet, DetectionSet?, DetectionSet?) Coco(string folder, DataReport report)
    {
        var (train, validation, test) = CocoLayout.Parts(folder);
        return (Part(train)!, Part(validation), Part(test)); // Only what is null stays null.

        DetectionSet? Part(string? annotations)
        {
            if (annotations is null)
                return null;
            var (file, pictures) = CocoLayout.Locate(folder, annotations);
            return CocoFolder.Read(file, pictures, report);
        }
    }

    static (DetectionSet, DetectionSet?, DetectionSet?) Voc(string folder, DataReport report)
    {
        var train = Listed(["train"]) ?? Listed(["trainval"]);
        return (
            VocFolder.Read(folder, train, report),
            train == "train" && Listed(DataParts.Validation) is { } validation
                ? VocFolder.Read(folder, validation, report)
                : null,
            Listed(DataParts.Test) is { } test && IsAnnotated(test) ? VocFolder.Read(folder, test, report) : null
        );

        string? Listed(string[] names) =>
            Array.Find(names, name => File.Exists(Path.Combine(folder, "ImageSets", "Main", name + ".txt")));

        bool IsAnnotated(string list) =>
            VocFolder.Split(folder, list).FirstOrDefault() is { } first
            && File.Exists(Path.Combine(folder, "Annotations", first + ".xml"));
    }
}
