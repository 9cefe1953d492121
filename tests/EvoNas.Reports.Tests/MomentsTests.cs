namespace EvoNas.Reports.Tests;

public class MomentsTests
{
    [Fact]
    public void AreThoseOfTheNumbersAsAWhole()
    {
        double[] numbers = [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16];
        var moments = new Moments();
        foreach (var number in numbers)
            moments.Add(number);

        Assert.Equal((4, 1e9 + 10, 1e9 + 16), (moments.Count, moments.Mean, moments.Max));
        Assert.Equal(90, moments.Squares, 1e-6);
    }

    // Student's t, 97.5 %, from any table.
    [Theory]
    [InlineData(2, 12.706)]
    [InlineData(3, 4.303)]
    [InlineData(4, 3.182)]
    [InlineData(6, 2.571)]
    [InlineData(11, 2.228)]
    [InlineData(101, 1.984)]
    public void TheIntervalOfAMeanIsStudents(int count, double t)
    {
        var moments = new Moments();
        for (var i = 0; i < count; i++)
            moments.Add(i);
        var deviation = Math.Sqrt(moments.Squares / (count - 1));

        Assert.Equal(t, moments.HalfWidth!.Value / (deviation / Math.Sqrt(count)), 0.02);
    }

    [Fact]
    public void OfOneNumberThereIsNoInterval()
    {
        var moments = new Moments();
        Assert.Null(moments.MeanOrNull);
        moments.Add(3);

        Assert.Equal(3, moments.MeanOrNull);
        Assert.Null(moments.HalfWidth);
    }
}
