namespace EvoNas.Storage.Tests;

public class FolderKindTests
{
    static readonly string[] Mounts =
    [
        "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw",
        "25 24 0:23 / /dev/shm rw,relatime - tmpfs tmpfs rw,size=24684092k",
        "31 27 0:40 / /export/ada rw,relatime shared:5 - nfs4 server:/export/ada rw,vers=4.2",
        @"32 31 254:1 / /export/ada/fast\040disk rw,relatime - xfs /dev/vdb rw",
        "33 27 0:41 / /mnt/two rw - ext4 /dev/vdc rw",
        "34 33 0:42 / /mnt/two rw - cifs //server/two rw",
    ];

    [Theory]
    [InlineData("/srv/search.db", "ext4")]
    [InlineData("/dev/shm/search.db", "tmpfs")]
    [InlineData("/dev/shmoo/search.db", "ext4")]
    [InlineData("/export/ada/search.db", "nfs4")]
    [InlineData("/export/ada/fast disk/search.db", "xfs")]
    [InlineData("/mnt/two/search.db", "cifs")]
    public void TheInnermostMountDecides(string path, string kind) => Assert.Equal(kind, FolderKind.Of(Mounts, path));

    [Theory]
    [InlineData("nfs4", "network file system (nfs4)")]
    [InlineData("fuse.sshfs", "network file system (fuse.sshfs)")]
    [InlineData("tmpfs", "is in memory")]
    public void WhatIsNotSafeIsSaid(string kind, string what) =>
        Assert.Contains(what, FolderKind.Warning("/x/search.db", kind));

    [Theory]
    [InlineData("ext4")]
    [InlineData("overlay")]
    [InlineData("nfsd")]
    [InlineData(null)]
    public void ALocalDiskNeedsNoWarning(string? kind) => Assert.Null(FolderKind.Warning("/x/search.db", kind));
}
