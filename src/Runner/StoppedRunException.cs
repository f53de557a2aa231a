namespace GeneratingImages.Runner;

/// <summary>A run was stopped by a signal and can be gone on with; the message says how.</summary>
sealed class StoppedRunException(string message, Exception inner) : OperationCanceledException(message, inner);
