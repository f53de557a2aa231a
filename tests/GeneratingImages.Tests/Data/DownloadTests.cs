using System.Security.Cryptography;
using System.Text;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Data;

public sealed class DownloadTests : IDisposable
{
    static readonly byte[] _body = [.. Enumerable.Range(0, 500_000).Select(i => (byte)(i * 31 >> 3))];
    static readonly DownloadOptions _brisk = new()
    {
        ConnectTimeout = TimeSpan.FromSeconds(5), StallTimeout = TimeSpan.FromSeconds(1), AttemptTimeout = TimeSpan.FromSeconds(30),
    };

    readonly string _folder = Directory.CreateTempSubdirectory("genimg-").FullName;

    string Target => Path.Combine(_folder, "deep", "file.gz");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static DataFile Published(params LoopbackServer[] servers) => new(
        "file.gz", _body.Length, Convert.ToHexStringLower(SHA256.HashData(_body)), null, [.. servers.Select(s => s.Address)]);

    Task<Uri> Fetch(DataFile file, DownloadOptions? options = null, CancellationToken? cancel = null) =>
        Download.FetchAsync(file, Target, options ?? _brisk, null, cancel ?? TestContext.Current.CancellationToken);

    async Task<string> Fails(DataFile file, DownloadOptions? options = null)
    {
        string message = (await Assert.ThrowsAsync<UserException>(() => Fetch(file, options))).Message;
        Assert.DoesNotContain('\n', message);
        AssertNothingLeft();
        return message;
    }

    void AssertNothingLeft() => Assert.Empty(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));

    [Fact]
    public async Task PutsThePublishedBytesInTheirPlace()
    {
        using LoopbackServer server = LoopbackServer.Sending(_body);
        Assert.Equal(server.Address, await Fetch(Published(server)));
        Assert.Equal(_body, await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
        Assert.Single(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task ChecksAnMd5WhereNoBetterDigestIsKnown()
    {
        using LoopbackServer server = LoopbackServer.Sending(_body);
        DataFile file = Published(server) with { Bytes = 0, Sha256 = null, Md5 = Convert.ToHexStringLower(MD5.HashData(_body)) };
        await Fetch(file);
        File.Delete(Target);
        Assert.Contains("sent other bytes", await Fails(file with { Md5 = new string('0', 32) }));
    }

    [Fact]
    public async Task GoesOnToTheNextAddress()
    {
        using LoopbackServer missing = LoopbackServer.Sending([], "404 Not Found"),
            truncated = LoopbackServer.Sending(_body[..1000], length: _body.Length),
            wrong = LoopbackServer.Sending(new byte[_body.Length]),
            stalling = LoopbackServer.Stalling(_body[..1000], _body.Length),
            good = LoopbackServer.Sending(_body);
        Assert.Equal(good.Address, await Fetch(Published(missing, truncated, wrong, stalling, good)));
        Assert.Equal([1, 1, 1, 1], new[] { missing, truncated, wrong, stalling }.Select(s => s.Requests));
        Assert.Equal(_body, await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task SaysOfEveryAddressWhyItFailed()
    {
        using LoopbackServer missing = LoopbackServer.Sending([], "404 Not Found"), wrong = LoopbackServer.Sending(new byte[_body.Length]),
            longer = LoopbackServer.Sending(_body, length: _body.Length + 1);
        string message = await Fails(Published(missing, wrong, longer));
        Assert.Contains($"{missing.Address}: answered 404", message);
        string digest = Convert.ToHexStringLower(SHA256.HashData(new byte[_body.Length]));
        Assert.Contains($"{wrong.Address}: sent other bytes: digest {digest}", message);
        Assert.Contains($"{longer.Address}: offers 500001 bytes, expected 500000", message);
    }

    [Fact]
    public async Task RefusesBodiesWithoutEnd()
    {
        using var endless = new LoopbackServer(async (stream, cancel) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray(), cancel);
            while (true) await stream.WriteAsync(_body, cancel);
        });
        Assert.Contains("sends more than the expected 500000 bytes", await Fails(Published(endless)));
    }

    [Fact]
    public async Task NamesAddressesThatBreakOffStallOrRefuse()
    {
        using LoopbackServer truncated = LoopbackServer.Sending(_body[..1000], length: _body.Length),
            silent = new((_, cancel) => Task.Delay(Timeout.Infinite, cancel));
        using LoopbackServer gone = LoopbackServer.Sending([]);
        gone.Dispose();
        string message = await Fails(Published(truncated, silent, gone), _brisk with { ConnectTimeout = TimeSpan.FromSeconds(1) });
        Assert.Contains($"{truncated.Address}: broke off after", message);
        Assert.Contains($"{silent.Address}: sent nothing for too long", message);
        Assert.Contains($"{gone.Address}: ", message);
    }

    [Fact]
    public async Task SlowDripsEndAtTheAttemptsTimeout()
    {
        using var dripping = new LoopbackServer(async (stream, cancel) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {_body.Length}\r\n\r\n"), cancel);
            for (int i = 0; ; i++)
            {
                await stream.WriteAsync(_body.AsMemory(i, 1), cancel);
                await Task.Delay(50, cancel);
            }
        });
        await Fails(Published(dripping), _brisk with { AttemptTimeout = TimeSpan.FromSeconds(2), StallTimeout = TimeSpan.FromSeconds(20) });
    }

    [Fact]
    public async Task CancellingLeavesNothingBehind()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using LoopbackServer stalling = LoopbackServer.Stalling(_body[..200_000], _body.Length), next = LoopbackServer.Sending(_body);
        Task<Uri> fetching = Fetch(Published(stalling, next), _brisk with { StallTimeout = TimeSpan.FromMinutes(5) }, cancel.Token);
        while (!File.Exists(Target + ".part") && !fetching.IsCompleted) await Task.Delay(10, TestContext.Current.CancellationToken);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching);
        Assert.Equal(0, next.Requests);
        AssertNothingLeft();
    }

    [Fact]
    public async Task AFailedFetchLeavesAnOlderFileAlone()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        await File.WriteAllTextAsync(Target, "older", TestContext.Current.CancellationToken);
        using LoopbackServer wrong = LoopbackServer.Sending(new byte[_body.Length]), good = LoopbackServer.Sending(_body);
        await Assert.ThrowsAsync<UserException>(() => Fetch(Published(wrong)));
        Assert.Equal("older", await File.ReadAllTextAsync(Target, TestContext.Current.CancellationToken));
        await Fetch(Published(good));
        Assert.Equal(_body.Length, new FileInfo(Target).Length);
    }

    [Fact]
    public async Task SaysWhenTheFolderCannotBeWritten()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "deep"), "a file where the folder should be", TestContext.Current.CancellationToken);
        using LoopbackServer good = LoopbackServer.Sending(_body);
        Assert.Contains("cannot be written", (await Assert.ThrowsAsync<UserException>(() => Fetch(Published(good)))).Message);
    }

    [Fact]
    public void EveryPublishedFileHasAnAddressAndADigest()
    {
        foreach (DataFile file in DataSets.All.SelectMany(info => info.Files))
        {
            Assert.NotEmpty(file.Addresses);
            Assert.True(file.Sha256 is { Length: 64 } || file.Md5 is { Length: 32 }, file.Name);
            Assert.True(file.Bytes > 0, file.Name);
        }
    }
}
