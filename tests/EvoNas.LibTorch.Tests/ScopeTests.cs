using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.LibTorch.Tests;

public class ScopeTests
{
    [Fact]
    public void AScopeFreesWhatWasMadeInItAndNothingElse()
    {
        var before = Tensor.TotalCount;
        using var outside = zeros(1);
        Tensor inside;
        using (NewDisposeScope())
        {
            inside = outside + 1;
            Assert.False(inside.IsInvalid);
        }

        Assert.True(inside.IsInvalid);
        Assert.False(outside.IsInvalid);
        Assert.Equal(before + 1, Tensor.TotalCount);
    }

    [Fact]
    public void WhatIsMovedOutLivesUntilTheOuterScopeEnds()
    {
        using var outer = NewDisposeScope();
        Tensor moved,
            detached;
        using (NewDisposeScope())
        {
            moved = zeros(1).MoveToOuterDisposeScope();
            detached = zeros(1).DetachFromDisposeScope();
        }

        Assert.True(outer.Contains(moved));
        Assert.False(outer.Contains(detached));
        Assert.Equal(1, outer.DisposablesCount);
        outer.DisposeEverything();
        Assert.True(moved.IsInvalid);
        Assert.False(detached.IsInvalid);
        outer.Attach(detached);
        outer.Dispose();
        Assert.True(detached.IsInvalid);
    }

    [Fact]
    public void ScopesOfThreadsDoNotSeeEachOther()
    {
        using var here = NewDisposeScope();
        var thread = new Thread(() =>
        {
            Assert.Null(CurrentDisposeScope);
            using var there = NewDisposeScope();
            zeros(1);
            Assert.Equal(1, there.DisposablesCount);
        });
        thread.Start();
        thread.Join();
        Assert.Equal(0, here.DisposablesCount);
        Assert.Same(here, CurrentDisposeScope);
    }

    [Fact]
    public void StatisticsCountBirthsAndDeaths()
    {
        var counts = DisposeScopeManager.Statistics;
        counts.Reset();
        zeros(1).Dispose();
        using (var scope = NewDisposeScope())
        {
            zeros(1);
            zeros(1).Dispose();
            scope.Detach(zeros(1)).Dispose();
        }

        Assert.Equal(
            (1, 2, 3, 2, 1, 0),
            (
                counts.CreatedOutsideScopeCount,
                counts.DisposedOutsideScopeCount,
                counts.CreatedInScopeCount,
                counts.DisposedInScopeCount,
                counts.DetachedFromScopeCount,
                counts.ThreadTotalLiveCount
            )
        );
    }

    [Fact]
    public void KeepingSomeFreesTheOthers()
    {
        using var scope = NewDisposeScope();
        var (a, b, c) = (zeros(1), zeros(1), zeros(1));
        scope.DisposeEverythingBut(b);
        Assert.True(a.IsInvalid && c.IsInvalid && !b.IsInvalid);
    }

    [Fact]
    public void AThousandRoundsLeaveNothing()
    {
        var weight = new TorchSharp.Modules.Parameter(randn(8, 8));
        using var optimizer = optim.SGD([weight], 0.01, momentum: 0.9);
        Round(fail: true);
        var (before, stats) = (Tensor.TotalCount, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        for (var i = 0; i < 1000; i++)
            Round(fail: i % 100 == 0);
        Assert.Equal(before, Tensor.TotalCount);
        Assert.Equal(stats, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        weight.Dispose();

        // libtorch walks and names its stack for every error, which takes milliseconds: not every round has one.
        void Round(bool fail)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var (values, _) = weight.matmul(weight).relu().topk(2);
            var loss = values.sum() + cat([weight, weight]).split(4)[1].mean();
            loss.backward();
            nn.utils.clip_grad_norm_([weight], 1);
            optimizer.step();
            if (fail)
                Assert.Throws<LibTorchException>(() =>
                {
                    weight.matmul(zeros(3));
                });
        }
    }

    [Fact]
    public void TheCollectorFreesWhatNobodyDisposed()
    {
        var before = Tensor.TotalCount;
        Drop();
        for (var i = 0; i < 20 && Tensor.TotalCount > before; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(before, Tensor.TotalCount);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Drop()
        {
            for (var i = 0; i < 10; i++)
                zeros(1);
        }
    }
}
