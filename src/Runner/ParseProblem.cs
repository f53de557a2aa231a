using System.CommandLine;
using System.CommandLine.Parsing;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary>Says in one line what is wrong with a command line, and what was probably meant.</summary>
static class ParseProblem
{
    /// <summary>The first problem, or null.</summary>
    public static string? Find(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string help = $"'{Path(parsed.CommandResult)} --help' shows what there is";
        // An unknown option would be taken for an argument where any number of those is allowed, so it is looked for first.
        if (UnknownOption(parsed) is { } option)
        {
            string name = option.Split('=')[0];
            IEnumerable<string> known = Options(parsed.CommandResult).SelectMany(o => o.Aliases.Append(o.Name));
            return $"unknown option {name}{Suggestion.For(name, known)}; {help}";
        }

        if (parsed.Errors.Count == 0) return null;
        if (command.Subcommands.Count > 0)
        {
            IEnumerable<string> names = command.Subcommands.Select(c => c.Name);
            return parsed.UnmatchedTokens is [string word, ..]
                ? $"unknown command '{word}'{Suggestion.For(word, names)}; {help}"
                : $"{command.Name}: a command is missing: {string.Join(", ", names)}; {help}";
        }

        if (parsed.UnmatchedTokens is [string extra, ..]) return $"{command.Name}: '{extra}' is too much; {help}";
        ParseError error = parsed.Errors[0];
        return error.SymbolResult is ArgumentResult { Tokens.Count: 0, Parent: CommandResult } missing
            ? $"{command.Name}: {missing.Argument.Name} is missing; {help}"
            : $"{error.Message.TrimEnd('.')}; {help}";
    }

    static string? UnknownOption(ParseResult parsed)
    {
        Token? before = null;
        foreach (Token token in parsed.Tokens)
        {
            if (token.Type == TokenType.DoubleDash) return null;
            bool isValue = before is { Type: TokenType.Option } && !IsFlag(parsed, before.Value);
            if (token.Type == TokenType.Argument && token.Value.Length > 1 && token.Value[0] == '-' && !isValue) return token.Value;
            before = token;
        }

        return null;
    }

    static bool IsFlag(ParseResult parsed, string name) => Options(parsed.CommandResult)
        .Any(option => option.ValueType == typeof(bool) && (option.Name == name || option.Aliases.Contains(name)));

    static IEnumerable<Option> Options(CommandResult result) =>
        result.Command.Options.Concat((result.Parent as CommandResult)?.Command.Options.Where(o => o.Recursive) ?? []);

    static string Path(CommandResult result) => result.Parent is CommandResult parent ? $"{Path(parent)} {result.Command.Name}" : "genimg";
}
