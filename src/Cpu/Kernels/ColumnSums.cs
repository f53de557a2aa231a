using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// Sums of a matrix's columns, times a factor. First every part sums some folded rows into a row of its own; then the parts' rows are
/// added in their order, and last the columns folded together. The tree depends on the sizes alone, neither on the number of threads
/// nor on the vector width.
/// </summary>
sealed unsafe class ColumnSums
{
    const int BlockWidth = 512;
    const int MostParts = 128;

    readonly FoldedRows _rows;
    readonly double _factor;
    readonly int _blocks;
    readonly long _partRows;
    readonly int _rowParts;

    /// <summary>Sums of <paramref name="count"/> elements in rows of <paramref name="columns"/>.</summary>
    public ColumnSums(long count, int columns, double factor = 1)
    {
        _rows = new FoldedRows(count, columns);
        _factor = factor;
        _blocks = (_rows.Width + BlockWidth - 1) / BlockWidth;
        long parts = Math.Clamp(count / Cut.PartElements / _blocks, 1, Math.Min(MostParts, _rows.Rows));
        _partRows = (_rows.Rows + parts - 1) / parts;
        _rowParts = (int)((_rows.Rows + _partRows - 1) / _partRows);
    }

    /// <summary>The partial sums' size.</summary>
    public long WorkspaceBytes => (long)_rowParts * _rows.Width * sizeof(float);

    /// <summary>The call that computes a pointwise operation on all elements and the column sums of its results.</summary>
    public CpuCall Call<TOperation>(InstructionSet set, TOperation operation, Slice sums, Slice workspace)
        where TOperation : struct, IPointwise
    {
        float* to = sums.Pointer<float>(), partial = workspace.Pointer<float>();
        return set switch
        {
            InstructionSet.Avx512 => new SumCall<TOperation, Vector512<float>, Lanes16>(this, operation, to, partial),
            InstructionSet.Avx2 => new SumCall<TOperation, Vector256<float>, Lanes8>(this, operation, to, partial),
            _ => new SumCall<TOperation, Vector128<float>, Lanes4>(this, operation, to, partial),
        };
    }

    sealed class SumCall<TOperation, T, TLanes>(ColumnSums plan, TOperation operation, float* sums, float* partial) : CpuCall
        where TOperation : struct, IPointwise
        where TLanes : struct, ILanes<T>
    {
        public override int Stages => 2;

        public override int Parts(int stage) => stage == 0 ? plan._blocks * plan._rowParts : 1;

        public override void Run(int stage, int part, int worker)
        {
            if (stage == 0) SumRows(part / plan._blocks, part % plan._blocks * BlockWidth);
            else SumParts();
        }

        void SumRows(int rowPart, int column)
        {
            FoldedRows rows = plan._rows;
            int width = Math.Min(BlockWidth, rows.Width - column);
            float* to = partial + (nint)rowPart * rows.Width + column;
            new Span<float>(to, width).Clear();

            long end = Math.Min((rowPart + 1) * plan._partRows, rows.Rows);
            for (long row = rowPart * plan._partRows; row < end; row++)
            {
                nint first = (nint)(row * rows.Width + column);
                // The last row may be incomplete.
                nint last = (nint)Math.Min(first + width, rows.Count);
                Map.Run<Adding<TOperation>, T, TLanes>(new Adding<TOperation>(operation, to - first), first, last);
            }
        }

        void SumParts()
        {
            FoldedRows rows = plan._rows;
            for (int part = 1; part < plan._rowParts; part++)
            {
                var adding = new AddKernel.Adding(partial, partial + (nint)part * rows.Width, partial);
                Map.Run<AddKernel.Adding, T, TLanes>(adding, 0, rows.Width);
            }

            for (int column = 0; column < rows.Columns; column++)
            {
                double sum = 0;
                for (int i = column; i < rows.Width; i += rows.Columns) sum += partial[i];
                sums[column] = (float)(sum * plan._factor);
            }
        }
    }

    /// <summary>Adds an operation's results to a row.</summary>
    readonly struct Adding<TOperation>(TOperation operation, float* row) : IPointwise
        where TOperation : struct, IPointwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T At<T, TLanes>(nint i)
            where TLanes : struct, ILanes<T>
        {
            T result = TLanes.Add(TLanes.Load(row + i), operation.At<T, TLanes>(i));
            TLanes.Store(result, row + i);
            return result;
        }
    }
}
