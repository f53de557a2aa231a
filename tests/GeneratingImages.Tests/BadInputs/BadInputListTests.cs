using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace GeneratingImages.Tests.BadInputs;

/// <summary>
/// The numbered list of bad inputs in docs/robustness.md against the tests: every number has a test that carries it as its trait
/// <c>bad-input</c>, and every test that the list names exists.
/// </summary>
public sealed partial class BadInputListTests
{
    // Those between are of a web page, which there is not.
    static readonly int[] s_numbers = [.. Enumerable.Range(1, 64), .. Enumerable.Range(73, 3)];

    static readonly ILookup<int, string> s_tests = typeof(BadInputListTests).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
        .SelectMany(method => method.GetCustomAttributes<TraitAttribute>()
            .Where(trait => trait.Name == "bad-input")
            .Select(trait => (
                Number: int.Parse(trait.Value, CultureInfo.InvariantCulture), Test: $"{method.DeclaringType!.Name}.{method.Name}")))
        .ToLookup(pair => pair.Number, pair => pair.Test);

    [Fact]
    public void Every_number_has_a_test() =>
        Assert.Equal(s_numbers, s_numbers.Where(s_tests.Contains));

    [Fact]
    public void The_list_names_every_number_once_and_tests_that_carry_it()
    {
        var listed = new List<int>();
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "docs", "robustness.md")))
        {
            if (Row().Match(line) is not { Success: true } row) continue;
            int number = int.Parse(row.Groups["number"].Value, CultureInfo.InvariantCulture);
            listed.Add(number);
            string[] named = [.. Name().Matches(row.Groups["tests"].Value).Select(name => name.Groups[1].Value)];
            Assert.NotEmpty(named);
            foreach (string test in named) Assert.Contains(test, s_tests[number]);
        }

        Assert.Equal(s_numbers, listed);
    }

    [GeneratedRegex(@"^\| (?<number>\d+) \|.*\|(?<tests>[^|]*)\|$")]
    private static partial Regex Row();

    [GeneratedRegex("`([A-Za-z0-9]+\\.[A-Za-z0-9_]+)`")]
    private static partial Regex Name();
}
