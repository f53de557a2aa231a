using System.CommandLine;
using System.CommandLine.Parsing;

namespace GeneratingImages.Runner;

/// <summary>Commands as a person can type them again.</summary>
static class CommandText
{
    /// <summary>The command line as it was given.</summary>
    public static string Of(ParseResult arguments) => $"genimg {Quoted([.. arguments.Tokens.Select(token => token.Value)])}";

    /// <summary>Those of some options that were given, each with a space before it.</summary>
    public static string Given(ParseResult arguments, IEnumerable<Option> options) => string.Concat(options
        .Select(option => arguments.GetResult(option))
        .Where(result => result is { Implicit: false })
        .Select(result => $" {Quoted([result!.Option.Name, .. result.Tokens.Select(token => token.Value)])}"));

    /// <summary>Words with spaces between; one that a shell would take apart or fill in stands in quotes.</summary>
    public static string Quoted(params string[] words) => string.Join(' ', words.Select(word =>
        word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '\\' or ':' or ',' or '=' or '+')
            ? word
            : $"\"{word}\""));
}
