using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Serialization;
using EvoNas.Actors;
using EvoNas.Actors.Monitors;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Hosting.Inspection;
using EvoNas.Lineages;
using Hyperion;

namespace EvoNas.Hosting.Messages;

/// <summary>Messages between nodes, by Hyperion, with a closed list of types: what is not on it is neither written nor
/// read. Events and snapshots never come here.</summary>
/// <remarks>The list stands here and not in the settings: Akka.NET 1.5.30 compares the long names of types with short
/// ones when it writes, so that its own <c>allowed-types</c> refuses every type, and it drops a filter that is given by
/// a setup.</remarks>
public sealed partial class NodeMessageSerializer(ExtendedActorSystem system)
    : HyperionSerializer(
        system,
        new HyperionSerializerSettings(
            preserveObjectReferences: false,
            versionTolerance: true,
            knownTypesProvider: null,
            packageNameOverrides: [],
            surrogates: [],
            disallowUnsafeType: true,
            typeFilter: new ClosedList()
        )
    )
{
    /// <summary>Everything that a message may hold.</summary>
    static readonly Type[] Allowed =
    [
        typeof(RoutedMessage.FromSlot),
        typeof(RoutedMessage.ToSlot),
        typeof(RoutedMessage.ToMutator),
        typeof(RoutedMessage.FromMutator),
        typeof(RoutedMessage.CannotBreed),
        typeof(RoutedMessage.NeedsOrder),
        typeof(RoutedMessage.AskNode),
        typeof(RoutedMessage.AskActors),
        typeof(RoutedMessage.AskTrace),
        typeof(RoutedMessage.AskSamples),
        typeof(RoutedMessage.LeaveNow),
        typeof(SearchOrder),
        typeof(Request.Run),
        typeof(Request.Pause),
        typeof(Request.Resume),
        typeof(Request.Extend),
        typeof(Request.Stop),
        typeof(Request.Report),
        typeof(Request.Actors),
        typeof(Request.Trace),
        typeof(Request.Samples),
        typeof(Request.Propose),
        typeof(Request.Subscribe),
        typeof(Request.Drain),
        typeof(Answer),
        typeof(Told),
        typeof(ActorsAnswer),
        typeof(TraceAnswer),
        typeof(SamplesAnswer),
        typeof(BirthTrace),
        typeof(BirthTrace[]),
        typeof(BirthStep),
        typeof(BirthStep[]),
        typeof(NodeActors),
        typeof(NodeActors[]),
        typeof(ActorLine),
        typeof(ActorLine[]),
        typeof(ActorTypeLine),
        typeof(ActorTypeLine[]),
        typeof(ActorTimes),
        typeof(HandledMessage),
        typeof(HandledMessage[]),
        typeof(UndeliveredMessage),
        typeof(UndeliveredMessage[]),
        typeof(UndeliveredCount),
        typeof(UndeliveredCount[]),
        typeof(ClusterReport),
        typeof(NodeReport),
        typeof(NodeReport[]),
        typeof(SearchReport),
        typeof(SearchReport[]),
        typeof(SlotLine),
        typeof(SlotLine[]),
        typeof(LossCount),
        typeof(LossCount[]),
        typeof(Progress),
        typeof(Message.Ready),
        typeof(Message.Departing),
        typeof(Message.Declined),
        typeof(Message.Evaluated),
        typeof(Message.Evaluate),
        typeof(Message.Recorded),
        typeof(Message.Released),
        typeof(Message.Mutate),
        typeof(Message.Mutated),
        typeof(Message.DrawnInVain),
        typeof(Message.Barren),
        typeof(Offspring),
        typeof(Offspring[]),
        typeof(Sequence<Offspring>),
        typeof(System.Collections.Immutable.ImmutableArray<Offspring>),
        typeof(Outcome.Trained),
        typeof(Outcome.Failed),
        typeof(Outcome.OutOfMemory),
        typeof(Outcome.Lost),
        typeof(LossCause),
        typeof(RuledOutReason),
        typeof(Assignment),
        typeof(Stage),
        typeof(BirthNumber[]),
        typeof(Sequence<BirthNumber>),
        typeof(System.Collections.Immutable.ImmutableArray<BirthNumber>),
        typeof(Individual),
        typeof(Fitness),
        typeof(Change),
        typeof(Budget),
        typeof(EvoNas.Actors.Address),
        typeof(BirthNumber),
        typeof(BirthNumber?),
        typeof(Genotype),
        typeof(Gene),
        typeof(Gene[]),
        typeof(Sequence<Gene>),
        typeof(Sequence<double>),
        typeof(Metrics),
        typeof(KeyValuePair<string, double>),
        typeof(KeyValuePair<string, double>[]),
        typeof(System.Collections.Immutable.ImmutableArray<Gene>),
        typeof(System.Collections.Immutable.ImmutableArray<double>),
        typeof(string),
        typeof(string[]),
        typeof(bool),
        typeof(int),
        typeof(long),
        typeof(ulong),
        typeof(double),
        typeof(double[]),
        typeof(byte),
        typeof(byte[]),
        typeof(object),
        typeof(int?),
        typeof(long?),
        typeof(double?),
    ];

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) =>
        obj is INodeMessage received
            ? base.ToBinary(Whole(received))
            : throw new ArgumentException(
                $"{obj.GetType().FullName} does not implement {nameof(INodeMessage)}; "
                    + "only such messages travel between nodes.",
                nameof(obj)
            );

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, Type type)
    {
        try
        {
            return base.FromBinary(bytes, type) is INodeMessage received
                ? received
                : throw new System.Runtime.Serialization.SerializationException(
                    $"The received object does not implement {nameof(INodeMessage)}."
                );
        }
        catch (Exception fault)
        {
            ActorRegistry.Of(system).Undelivered.Add("refused", Printable.Of(fault.Message), "", null);
            throw;
        }
    }

    // Hyperion counts the items of an array that is default, which fails: an empty sequence must have one that is not.
    static INodeMessage Whole(INodeMessage received) =>
        received switch
        {
            RoutedMessage.FromSlot
            {
                Message: Message.Evaluated { Outcome: Outcome.Trained { Curve.Count: 0 } trained } done
            } said => said with
            {
                Message = done with { Outcome = trained with { Curve = Sequence.Create<double>([]) } },
            },
            RoutedMessage.ToSlot
            {
                Message: Message.Evaluate { Assignment: { PruningThresholds.Count: 0 } work }
            } given => given with
            {
                Message = new Message.Evaluate(
                    work with
                    {
                        PruningThresholds = Sequence.Create<double>([]),
                        Stage = work.Stage is { Needed.Count: 0 } stage
                            ? stage with
                            {
                                Needed = Sequence.Create<BirthNumber>([]),
                            }
                            : work.Stage,
                    }
                ),
            },
            _ => received,
        };

    /// <summary>A name is asked for in two forms: in full when writing, short when reading.</summary>
    sealed class ClosedList : ITypeFilter
    {
        // None of them is a type parameter.
        static readonly HashSet<string> Names = [.. Allowed.Select(type => Canonical(type.AssemblyQualifiedName!))];

        public bool IsAllowed(string typeName) => Names.Contains(Canonical(typeName));
    }

    /// <summary>The name of a type without versions, keys and the name of the core library.</summary>
    static string Canonical(string name) => Decoration().Replace(name, "").Replace(" ", "");

    [GeneratedRegex(
        @",\s*(Version|Culture|PublicKeyToken)=[^,\]]*|,\s*System\.Private\.CoreLib\b"
            + @"|,\s*System\.Collections\.Immutable\b(?!\.)|,\s*%core%"
    )]
    private static partial Regex Decoration();
}
