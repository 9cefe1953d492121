using EvoNas.Lineages;

namespace EvoNas.Actors.Tests;

/// <summary>Promise P4: however a lineage was recovered, its canonical bytes are the same.</summary>
public class LineageSnapshotTests
{
    const string Search = "search-some";

    [Fact]
    public void ALineageFromASnapshotAndItsTailEqualsTheReplayedOne()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var events = new EventHistory(seed).Take(120).ToList();
            var replayed = LineageSnapshot.Write(Search, Fold(Lineage.Empty, events));
            foreach (var cut in (int[])[0, 1, 2, 30, 77, 119, 120])
            {
                var bytes = LineageSnapshot.Write(Search, Fold(Lineage.Empty, events.Take(cut)));
                var recovered = LineageSnapshot.Read(Search, cut, LineageSnapshot.Manifest, bytes.Span);

                Assert.Equal(bytes, LineageSnapshot.Write(Search, recovered));
                Assert.Equal(replayed, LineageSnapshot.Write(Search, Fold(recovered, events.Skip(cut))));
            }
        }
    }

    [Fact]
    public void LineagesThatDifferHaveOtherBytes()
    {
        var events = new EventHistory(3).Take(120).ToList();
        var seen = new HashSet<string>();
        for (var cut = 0; cut <= events.Count; cut++)
            Assert.True(
                seen.Add(Convert.ToHexString(LineageSnapshot.Write(Search, Fold(Lineage.Empty, events.Take(cut))).Span))
            );
    }

    [Fact]
    public void ADamagedSnapshotIsNeverRead()
    {
        var bytes = LineageSnapshot.Write(Search, Fold(Lineage.Empty, new EventHistory(5).Take(60))).ToArray();
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= (byte)(1 << (i % 8));
            Assert.Throws<EventSerializationException>(() =>
                LineageSnapshot.Read(Search, 60, LineageSnapshot.Manifest, bytes)
            );
            bytes[i] ^= (byte)(1 << (i % 8));
        }
        for (var length = 0; length < bytes.Length; length += 7)
            Assert.Throws<EventSerializationException>(() =>
                LineageSnapshot.Read(Search, 60, LineageSnapshot.Manifest, bytes.AsSpan(0, length))
            );
    }

    [Fact]
    public void ASnapshotOfAnotherSearchEventOrKindIsRefused()
    {
        var bytes = LineageSnapshot.Write(Search, Fold(Lineage.Empty, new EventHistory(5).Take(60))).ToArray();

        Assert.Equal(60, LineageSnapshot.Read(Search, 60, LineageSnapshot.Manifest, bytes).Events);
        Assert.Throws<EventSerializationException>(() =>
            LineageSnapshot.Read("search-other", 60, LineageSnapshot.Manifest, bytes)
        );
        Assert.Contains(
            "of event 60",
            Assert
                .Throws<EventSerializationException>(() =>
                    LineageSnapshot.Read(Search, 61, LineageSnapshot.Manifest, bytes)
                )
                .Message
        );
        Assert.Contains(
            "'lineage-2'",
            Assert
                .Throws<EventSerializationException>(() => LineageSnapshot.Read(Search, 60, "lineage-2", bytes))
                .Message
        );
    }

    static Lineage Fold(Lineage lineage, IEnumerable<LineageEvent> events) =>
        events.Aggregate(lineage, (before, happened) => before.Evolve(happened));
}
