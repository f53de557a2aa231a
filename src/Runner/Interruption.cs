using System.Runtime.InteropServices;

namespace GeneratingImages.Runner;

/// <summary>SIGINT, SIGTERM and SIGHUP: the first asks the command to stop and save, the second ends the process at once.</summary>
sealed class Interruption : IDisposable
{
    readonly CancellationTokenSource _source = new();
    readonly PosixSignalRegistration[] _registrations;
    int _count;

    /// <summary>Takes over the signals.</summary>
    public Interruption() => _registrations =
    [
        .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(s => PosixSignalRegistration.Create(s, On)),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
        _source.Dispose();
    }

    void On(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _count) > 1)
        {
            Terminal.ShowCursor();
            Environment.Exit(CommandExit.Interrupted);
        }

        _source.Cancel();
    }
}
