namespace EvoNas.Tasks.Tests;

/// <summary>A test of minutes: it runs where <c>EVONAS_LONG</c> is set.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class LongFactAttribute : FactAttribute
{
    public LongFactAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("EVONAS_LONG")))
            Skip = "Takes minutes; set EVONAS_LONG to run it.";
    }
}
