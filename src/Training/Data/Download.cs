using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;

namespace GeneratingImages.Training;

/// <summary>How patient a download is. Every attempt is bounded in time.</summary>
public sealed record DownloadOptions
{
    /// <summary>The longest wait for a connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest wait for the next bytes.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest time one attempt may take in all.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromHours(2);
}

/// <summary>
/// Fetches a published file: each address in turn, bounded in time and size, checked against the published digest, and put in its
/// place whole or not at all.
/// </summary>
public static class Download
{
    const int ChunkBytes = 1 << 17;
    const int MostRedirects = 5;
    const long MostBytesIfUnknown = 1L << 30;

    /// <summary>Fetches a file to a path, from the first address that gives the published bytes.</summary>
    /// <returns>The address that gave it.</returns>
    /// <exception cref="UserException">No address gave it; the message lists every address with its reason.</exception>
    /// <exception cref="IOException">The disk is full.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled. Nothing is left behind.</exception>
    public static async Task<Uri> FetchAsync(
        DataFile file, string path, DownloadOptions? options = null, IProgress<DataProgress>? progress = null,
        CancellationToken cancel = default)
    {
        var reasons = new List<string>();
        foreach (Uri address in file.Addresses)
        {
            try
            {
                using var whole = new WholeFile(path);
                await FetchAsync(file, address, whole.Stream, options ?? new DownloadOptions(), progress, cancel).ConfigureAwait(false);
                whole.Keep();
                return address;
            }
            catch (FetchException e)
            {
                reasons.Add($"{address}: {e.Message}");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw WriteFailure.Of(path, e, "name another folder");
            }
        }

        throw new UserException($"{file.Name}: could not be fetched: {string.Join("; ", reasons)}; "
            + "fetch it by other means and give it with --from FILE");
    }

    static async Task FetchAsync(
        DataFile file, Uri address, FileStream to, DownloadOptions options, IProgress<DataProgress>? progress, CancellationToken cancel)
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            MaxAutomaticRedirections = MostRedirects,
            AutomaticDecompression = DecompressionMethods.None,
            UseProxy = !address.IsLoopback,
        };
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        long started = Stopwatch.GetTimestamp();
        try
        {
            patience.CancelAfter(options.ConnectTimeout + options.StallTimeout);
            using HttpResponseMessage response =
                await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) throw new FetchException($"answered {(int)response.StatusCode} {response.StatusCode}");
            if (file.Bytes > 0 && response.Content.Headers.ContentLength is { } offered && offered != file.Bytes)
                throw new FetchException($"offers {offered} bytes, expected {file.Bytes}");

            Stream from = await response.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
            using var digest = IncrementalHash.CreateHash(file.Sha256 is null ? HashAlgorithmName.MD5 : HashAlgorithmName.SHA256);
            byte[] chunk = new byte[ChunkBytes];
            long most = file.Bytes > 0 ? file.Bytes : MostBytesIfUnknown, done = 0;
            while (true)
            {
                TimeSpan left = options.AttemptTimeout - Stopwatch.GetElapsedTime(started);
                if (left <= TimeSpan.Zero)
                    throw new FetchException($"not done after {options.AttemptTimeout.TotalSeconds:0} s, {done} bytes came");
                patience.CancelAfter(left < options.StallTimeout ? left : options.StallTimeout);
                int n = await ReadAsync(from, chunk, done, patience.Token).ConfigureAwait(false);
                if (n == 0) break;
                done += n;
                if (done > most) throw new FetchException($"sends more than the expected {most} bytes");
                digest.AppendData(chunk, 0, n);
                await to.WriteAsync(chunk.AsMemory(0, n), cancel).ConfigureAwait(false);
                progress?.Report(new DataProgress($"fetching {file.Name} from {address.Host}", done, file.Bytes));
            }

            if (file.Bytes > 0 && done != file.Bytes) throw new FetchException($"sent {done} bytes, expected {file.Bytes}");
            string found = Convert.ToHexStringLower(digest.GetHashAndReset());
            if ((file.Sha256 ?? file.Md5) is { } expected && found != expected)
                throw new FetchException($"sent other bytes: digest {found}, expected {expected}");
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new FetchException(
                $"sent nothing for too long, given up after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s", e);
        }
        catch (HttpRequestException e)
        {
            throw new FetchException(e.Message, e);
        }
    }

    // A fault in reading is the server's or the network's; one in writing is this machine's, and another address does not help.
    static async ValueTask<int> ReadAsync(Stream from, byte[] chunk, long done, CancellationToken cancel)
    {
        try
        {
            return await from.ReadAsync(chunk, cancel).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new FetchException($"broke off after {done} bytes: {e.Message}", e);
        }
    }

    // Why one address failed; the next is tried.
    sealed class FetchException(string message, Exception? inner = null) : Exception(message, inner);
}
