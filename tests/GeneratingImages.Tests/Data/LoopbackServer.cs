using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GeneratingImages.Tests.Data;

/// <summary>
/// A server on the loopback address that answers every connection with what it is told, byte by byte, and stops with the test.
/// </summary>
sealed class LoopbackServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    int _requests;

    /// <summary>Starts it.</summary>
    /// <param name="answer">Writes to a connection whose request has been read.</param>
    public LoopbackServer(Func<Stream, CancellationToken, Task> answer)
    {
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/file.gz");
        _ = Task.Run(async () =>
        {
            try
            {
                while (true) _ = Serve(await _listener.AcceptTcpClientAsync(_stop.Token), answer);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
            }
        });
    }

    public Uri Address { get; }

    public int Requests => _requests;

    /// <summary>A server that sends a status line, a content length and a body, which may disagree.</summary>
    public static LoopbackServer Sending(byte[] body, string status = "200 OK", int? length = null) => new(async (stream, cancel) =>
    {
        string head = $"HTTP/1.1 {status}\r\nContent-Length: {length ?? body.Length}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), cancel);
        await stream.WriteAsync(body, cancel);
    });

    /// <summary>A server that sends a part of a body and then nothing more, without closing.</summary>
    public static LoopbackServer Stalling(byte[] part, int length) => new(async (stream, cancel) =>
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"), cancel);
        await stream.WriteAsync(part, cancel);
        await Task.Delay(Timeout.Infinite, cancel);
    });

    async Task Serve(TcpClient client, Func<Stream, CancellationToken, Task> answer)
    {
        Interlocked.Increment(ref _requests);
        try
        {
            using (client)
            {
                NetworkStream stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 }) { }
                await answer(stream, _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
    }
}
