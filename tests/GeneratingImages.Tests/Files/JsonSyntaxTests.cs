using System.Text;
using System.Text.Json;
using GeneratingImages.Core;

namespace GeneratingImages.Tests.Files;

public sealed class JsonSyntaxTests
{
    [Theory]
    [InlineData("0")]
    [InlineData(" {\"a\": [1, -2.5e-3, true, false, null, \"\\u00fc\"]} ")]
    public void Good_texts_pass(string text) => JsonSyntax.Check(Encoding.UTF8.GetBytes(text));

    [Fact]
    public void Tokens_may_lie_across_the_pieces()
    {
        string words = string.Join(',', Enumerable.Repeat("-12.5e+3,null,true,false,\"üa\\n\",{\"k\":[]}", 300));

        // Whatever the pieces' size is, one of these begins each word at each place of a piece.
        for (int start = 0; start < 16; start++)
            JsonSyntax.Check(Encoding.UTF8.GetBytes($"[{new string(' ', start)}{words}]"));
    }

    [Theory]
    [InlineData("", 0, 0)]
    [InlineData("{\n\"a\": nil}", 1, 6)]
    [InlineData("[1,\n tru]", 1, 4)]
    [InlineData("[1] 2", 0, 4)]
    [InlineData("[1, 2", 0, 5)]
    [InlineData("[01]", 0, 2)]
    public void A_fault_is_found_at_its_line_and_byte(string text, int line, int at)
    {
        JsonException fault = Assert.ThrowsAny<JsonException>(() => JsonSyntax.Check(Encoding.UTF8.GetBytes(text)));
        Assert.Equal((line, at), (fault.LineNumber, fault.BytePositionInLine));
    }

    [Theory]
    [InlineData("nil")]
    [InlineData("trve")]
    [InlineData("\"\\q\"")]
    public void What_follows_a_fault_is_neither_quoted_nor_paid_for(string fault)
    {
        byte[] text = Encoding.UTF8.GetBytes($"[{fault}, {string.Join(',', Enumerable.Repeat("1", 100_000))}]");
        long before = GC.GetAllocatedBytesForCurrentThread();
        JsonException found = Assert.ThrowsAny<JsonException>(() => JsonSyntax.Check(text));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, text.Length);
        Assert.InRange(found.Message.Length, 1, 200);
    }
}
