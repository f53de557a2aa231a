using System.Runtime.Intrinsics;

namespace GeneratingImages.Core;

/// <summary>
/// A counter-based random generator: the i-th number of a stream is a pure function of seed, stream and i, so streams need no
/// order among themselves and a run can be taken up again at any number. It is Philox4x32-10 of Salmon, Moraes, Dror and Shaw,
/// "Parallel Random Numbers: As Easy as 1, 2, 3" (SC'11), section 3.3: the key is the seed, the lower half of the counter is the
/// block's number, the upper half the stream. One object serves one thread.
/// </summary>
public sealed class CounterRandom
{
    // Multipliers and Weyl increments of Philox4x32, from section 4 of the paper.
    const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57;
    const uint Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;
    const int Rounds = 10;
    const ulong WordsPerBlock = 4;

    readonly ulong _seed;
    readonly ulong _stream;
    Vector128<uint> _block;
    ulong _blockNumber = ulong.MaxValue;

    /// <summary>The stream of that number under a seed, at its start.</summary>
    public CounterRandom(ulong seed, ulong stream = 0) => (_seed, _stream) = (seed, stream);

    /// <summary>How many words have been taken so far; setting it continues from that place.</summary>
    public ulong Position { get; set; }

    /// <summary>A number for a stream from its name, the same on every machine: FNV-1a with 64 bits over the name's UTF-8 bytes.</summary>
    public static ulong StreamOf(string name)
    {
        // Offset basis and prime from the FNV specification (Fowler, Noll, Vo; RFC 9923).
        ulong hash = 0xcbf29ce484222325;
        foreach (byte b in System.Text.Encoding.UTF8.GetBytes(name)) hash = (hash ^ b) * 0x100000001b3;
        return hash;
    }

    /// <summary>The word at a place of the stream, counted from 0. Does not move <see cref="Position"/>.</summary>
    public uint At(ulong index)
    {
        ulong number = index / WordsPerBlock;
        if (number != _blockNumber) (_block, _blockNumber) = (Block(number), number);
        return _block[(int)(index % WordsPerBlock)];
    }

    /// <summary>The next word: 32 uniform bits.</summary>
    public uint Next() => At(Position++);

    /// <summary>The next number, uniform over the 2^24 multiples of 2^-24 in [0, 1).</summary>
    public float NextUniform() => (Next() >> 8) * (1f / (1 << 24));

    /// <summary>
    /// A whole number, uniform in [0, <paramref name="n"/>), without bias: Lemire, "Fast Random Integer Generation in an Interval"
    /// (arXiv 1805.10941), algorithm 5.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    public int Below(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        uint range = (uint)n;
        ulong product = (ulong)Next() * range;
        if ((uint)product < range)
        {
            uint threshold = (0u - range) % range;
            while ((uint)product < threshold) product = (ulong)Next() * range;
        }

        return (int)(product >> 32);
    }

    /// <summary>Brings the items into an order drawn uniformly from all orders (Fisher and Yates).</summary>
    public void Shuffle(Span<int> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = Below(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    /// <summary>The four words from place 4 x <paramref name="number"/> on.</summary>
    public Vector128<uint> Block(ulong number)
    {
        uint c0 = (uint)number, c1 = (uint)(number >> 32), c2 = (uint)_stream, c3 = (uint)(_stream >> 32);
        uint key0 = (uint)_seed, key1 = (uint)(_seed >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * c0;
            ulong product1 = (ulong)Multiplier1 * c2;
            (c0, c1) = ((uint)(product1 >> 32) ^ c1 ^ key0, (uint)product1);
            (c2, c3) = ((uint)(product0 >> 32) ^ c3 ^ key1, (uint)product0);
            key0 += Weyl0;
            key1 += Weyl1;
        }

        return Vector128.Create(c0, c1, c2, c3);
    }
}
