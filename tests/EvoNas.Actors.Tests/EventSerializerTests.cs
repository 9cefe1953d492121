using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Actors.Tests;

public class EventSerializerTests
{
    const string Search = "search-some";

    [Fact]
    public void EveryEventReadsBackAsItself()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            long number = 0;
            foreach (var happened in new EventHistory(seed).Take(100))
            {
                var wired = EventSerializer.Write(Search, ++number, happened);
                Assert.Equal(happened, EventSerializer.Read(Search, number, wired.Manifest, wired.Payload.Span));
            }
        }
    }

    [Fact]
    public void AHistoryHoldsEveryKindOfEvent() =>
        Assert.Equal(
            typeof(LineageEvent)
                .GetNestedTypes()
                .Where(type => type.IsSubclassOf(typeof(LineageEvent)))
                .OrderBy(type => type.Name),
            Enumerable
                .Range(0, 60)
                .SelectMany(seed => new EventHistory(seed).Take(100))
                .Select(happened => happened.GetType())
                .Distinct()
                .OrderBy(type => type.Name)
        );

    [Fact]
    public void TheSameEventHasTheSameBytes()
    {
        foreach (var (one, twin) in new EventHistory(1).Take(200).Zip(new EventHistory(1).Take(200)))
            Assert.Equal(
                EventSerializer.Write(Search, 7, one).Payload.ToArray(),
                EventSerializer.Write(Search, 7, twin).Payload.ToArray()
            );
    }

    [Fact]
    public void AnyFlippedBitIsNoticed()
    {
        long number = 0;
        foreach (var happened in OneOfEachKind())
        {
            var wired = EventSerializer.Write(Search, ++number, happened);
            var bytes = wired.Payload.ToArray();
            for (var i = 0; i < bytes.Length; i++)
            {
                for (var bit = 0; bit < 8; bit++)
                {
                    bytes[i] ^= (byte)(1 << bit);
                    Assert.Null(ReadOrNull(number, wired.Manifest, bytes));
                    bytes[i] ^= (byte)(1 << bit);
                }
            }
        }
    }

    [Fact]
    public void ABytesOtherValuesAreNeverReadAsAnotherEvent()
    {
        var happened = OneOfEachKind().OfType<LineageEvent.Born>().First();
        var wired = EventSerializer.Write(Search, 2, happened);
        var bytes = wired.Payload.ToArray();
        for (var i = 0; i < bytes.Length; i++)
        {
            var right = bytes[i];
            for (var value = 0; value < 256; value++)
            {
                bytes[i] = (byte)value;
                if (ReadOrNull(2, wired.Manifest, bytes) is { } read)
                    Assert.Equal(happened, read);
            }
            bytes[i] = right;
        }
    }

    [Fact]
    public void ACutPayloadIsRefused()
    {
        foreach (var happened in OneOfEachKind())
        {
            var (manifest, payload) = EventSerializer.Write(Search, 1, happened);
            for (var length = 0; length < payload.Length; length++)
                Assert.Throws<EventSerializationException>(() =>
                    EventSerializer.Read(Search, 1, manifest, payload.Span[..length])
                );
            Assert.Throws<EventSerializationException>(() =>
                EventSerializer.Read(Search, 1, manifest, [.. payload.Span, (byte)' '])
            );
        }
    }

    [Fact]
    public void AnEventInAnothersPlaceIsRefused()
    {
        var (manifest, payload) = EventSerializer.Write(Search, 7, new LineageEvent.Retired(new(3)));

        Assert.Contains(
            "says that it is event 7",
            Assert
                .Throws<EventSerializationException>(() => EventSerializer.Read(Search, 8, manifest, payload.Span))
                .Message
        );
        Assert.Contains(
            "another search",
            Assert
                .Throws<EventSerializationException>(() =>
                    EventSerializer.Read("search-other", 7, manifest, payload.Span)
                )
                .Message
        );
        // Their bodies have the same fields.
        Assert.Contains(
            "checksum",
            Assert
                .Throws<EventSerializationException>(() => EventSerializer.Read(Search, 7, "born", payload.Span))
                .Message
        );
    }

    [Fact]
    public void ANewerManifestOrVersionIsNamedAndRefused()
    {
        var (_, payload) = EventSerializer.Write(Search, 7, new LineageEvent.Retired(new(3)));

        var manifest = Assert.Throws<EventSerializationException>(() =>
            EventSerializer.Read(Search, 7, "revived", payload.Span)
        );
        Assert.Equal(
            (7, "Event 7 has the unknown manifest 'revived': it was written by a newer EvoNas, or by another program."),
            (manifest.Number, manifest.Message)
        );
        var version = Assert.Throws<EventSerializationException>(() =>
            EventSerializer.Read(Search, 7, "retired", """{"v":2,"n":7,"what":"ever"}"""u8)
        );
        Assert.Equal("Event 7 has format version 2; this EvoNas reads version 1.", version.Message);
    }

    [Fact]
    public void TheChecksumIsTheOneThatThePageDescribes()
    {
        var (manifest, payload) = EventSerializer.Write(Search, 42, new LineageEvent.Retired(new(3)));

        Assert.Equal(Envelope(42, manifest, """{"birth":3}"""), Encoding.UTF8.GetString(payload.Span));
        // The check value of CRC-32C in RFC 3720, B.4, and of every catalogue.
        Assert.Equal(0xE306_9283, Crc32C("123456789"u8));
    }

    [Fact]
    public void AFieldThatIsNotKnownYetIsSkipped() =>
        Assert.Equal(
            new LineageEvent.Retired(new(3)),
            Read("retired", """{"birth":3,"reason":{"kind":"age","years":[9]}}""")
        );

    [Fact]
    public void TheFingerprintOfAnEvaluationIsKeptWhereItIsGiven() =>
        Assert.Equal(
            new LineageEvent.Scored(new(3), new(0.5), default, [], null, new(2, "cpu:0", 1, 9, "0123456789abcdef")),
            Read(
                "scored",
                """{"birth":3,"fitness":{"value":0.5},"metrics":{},"curve":[]"""
                    + ""","run":{"attempt":2,"slot":"cpu:0","seconds":1,"atSeconds":9"""
                    + ""","evaluation":"0123456789abcdef"}}"""
            )
        );

    [Fact]
    public void AFieldThatIsNotKnownYetIsSkippedInsideAScoreToo() =>
        Assert.Equal(
            new LineageEvent.Scored(new(3), new(0.5), default, [], null, new(2, "cpu:0", 1, 9)),
            Read(
                "scored",
                """{"birth":3,"fitness":{"spread":{"low":[0.4]},"value":0.5},"metrics":{},"curve":[]"""
                    + ""","run":{"attempt":2,"watts":[1,{"a":2}],"slot":"cpu:0","seconds":1,"atSeconds":9}}"""
            )
        );

    [Theory]
    [InlineData("retired", "null")]
    [InlineData("retired", "3")]
    [InlineData("retired", """{"birth":"3"}""")]
    [InlineData("retired", """{"birth":3.5}""")]
    [InlineData("retired", """{"birth":3""")]
    [InlineData("retired", """{"birth":3}}""")]
    [InlineData("born", """{"birth":3,"genotype":"1,,2","draw":0}""")]
    [InlineData("born", """{"birth":3,"genotype":"1,99999999999","draw":0}""")]
    [InlineData("born", """{"birth":3,"genotype":[1],"draw":0}""")]
    [InlineData(
        "scored",
        """{"birth":3,"fitness":{"value":1e999,"feasible":true},"metrics":{"a":1e999},"curve":[]"""
            + ""","run":{"attempt":1,"slot":"","seconds":0,"atSeconds":0}}"""
    )]
    [InlineData("scored", """{"birth":3,"fitness":{"value":1,"feasible":true},"metrics":[],"curve":[]}""")]
    [InlineData(
        "scored",
        """{"birth":3,"fitness":0.5,"metrics":{},"curve":[],"run":{"attempt":1,"slot":"","seconds":0,"atSeconds":0}}"""
    )]
    [InlineData(
        "scored",
        """{"birth":3,"fitness":{"value":1},"metrics":{},"curve":[]"""
            + ""","run":{"attempt":1,"slot":null,"seconds":0,"atSeconds":0}}"""
    )]
    [InlineData("scored", """{"birth":3,"fitness":{"value":1},"metrics":{},"curve":[],"run":[1,2]}""")]
    [InlineData("ruled-out", """{"birth":3,"reason":"Bored","detail":""}""")]
    public void ABodyThatIsNoEventIsRefusedThoughItsChecksumHolds(string manifest, string body) =>
        Assert.Throws<EventSerializationException>(() => Read(manifest, body));

    [Fact]
    public void NumbersThatAreNotFiniteNeverReachAJournal() =>
        Assert.ThrowsAny<ArgumentException>(() =>
            EventSerializer.Write(
                Search,
                1,
                new LineageEvent.Scored(new(1), new(double.NaN), default, [], null, new(1, "cpu:0", 1, 1))
            )
        );

    [Fact]
    public void AWriteThatFailedLeavesNothingBehind()
    {
        var retired = new LineageEvent.Retired(new(3));
        var before = EventSerializer.Write(Search, 1, retired).Payload.ToArray();
        NumbersThatAreNotFiniteNeverReachAJournal();

        Assert.Equal(before, EventSerializer.Write(Search, 1, retired).Payload.ToArray());
    }

    static IEnumerable<LineageEvent> OneOfEachKind() =>
        Enumerable
            .Range(0, 20)
            .SelectMany(seed => new EventHistory(seed).Take(100))
            .GroupBy(happened => happened.GetType())
            .Select(kind => kind.First());

    static LineageEvent? ReadOrNull(long number, string manifest, byte[] bytes)
    {
        try
        {
            return EventSerializer.Read(Search, number, manifest, bytes);
        }
        catch (EventSerializationException)
        {
            return null;
        }
    }

    static LineageEvent Read(string manifest, string body) =>
        EventSerializer.Read(Search, 9, manifest, Encoding.UTF8.GetBytes(Envelope(9, manifest, body)));

    // A second writing of the format, from its description alone.
    static string Envelope(long number, string manifest, string body)
    {
        var place = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(place, number);
        var checksum = Crc32C([
            .. Encoding.Unicode.GetBytes(Search),
            .. place,
            .. Encoding.Unicode.GetBytes(manifest),
            .. Encoding.UTF8.GetBytes(body),
        ]);
        return $$"""{"v":1,"n":{{number}},"c":"{{checksum:x8}}","e":{{body}}}""";
    }

    static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFF_FFFF;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0x82F6_3B78 & (0 - (crc & 1)));
        }
        return ~crc;
    }
}
