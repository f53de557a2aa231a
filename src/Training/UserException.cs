namespace GeneratingImages.Training;

/// <summary>
/// Bad use or bad input: the message is one line for a person that names file or option, what was found and expected, and the
/// remedy. The runner prints it without a stack trace and exits with 2.
/// </summary>
public sealed class UserException(string message, Exception? inner = null) : Exception(message, inner);
