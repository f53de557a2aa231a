using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// The matrix product. One side's matrix gives the tiles' columns and is packed into panels as wide as a tile, by a first stage where
/// all parts read them, else by the part that does; the other gives their rows and is read as it lies where its steps are adjacent, or
/// else packed block by block in a worker's scratch memory. Where that saves work, as in a layer with few images and many weights,
/// the product is computed transposed, so that the small matrix is packed and the large one read once. Products with few results and
/// many terms are cut along the terms, and a last stage adds the pieces in a fixed order.
/// </summary>
sealed unsafe partial class MatMulKernel : Kernel
{
    // Panels that are multiplied with one tile of rows after the other while they are in the first-level cache.
    const int CachedFloats = 4096;

    // A part's own panels, packed together because what lies beside each other in memory is best read in one go; they stay in the
    // second-level cache.
    const int OwnFloats = 16 * 1024;

    // What packing four numbers at a time writes past the end.
    const int Overhang = 3;

    readonly MatMulGeometry _geometry;
    readonly Epilogue _epilogue;
    readonly MicroKernelSet _micro;
    readonly Workspace _workspace;

    MatMulKernel(MatMul op, Signature s, InstructionSet isa, int workers)
    {
        (_epilogue, _micro) = (op.Epilogue, MicroKernelSet.For(isa));
        _geometry = MatMulGeometry.Of(op, s, _micro);
        MatMulGeometry g = _geometry;
        long sums = g.Splits == 1 ? 0 : (long)g.Splits * g.Batch * g.SumFloats;
        _workspace = new(SharedPanels + sums, TileFloats + PackedRows + OwnPanels, workers);
    }

    /// <inheritdoc/>
    public override string Variant =>
        $"panels {_micro}{(_geometry.Transposed ? ", transposed" : "")}{(_geometry.Splits > 1 ? $", {_geometry.Splits} sums" : "")}";

    /// <inheritdoc/>
    public override long WorkspaceBytes => _workspace.Bytes;

    /// <summary>The floats of a worker's tiles: one tile where a visit finishes it, else all of a part, unless they are a split's sum.</summary>
    long TileFloats =>
        _geometry.OneVisit ? _micro.TileFloats
        : _geometry.Splits > 1 ? 0
        : (long)_geometry.RowsPerPart * _geometry.PanelsPerPart * _micro.Columns;

    /// <summary>The floats of a worker's packed rows.</summary>
    long PackedRows => Workspace.Round(_geometry.PacksRows ? (long)_geometry.RowsPerPart * (_geometry.TermsPerBlock + Overhang) : 0);

    /// <summary>The floats of a worker's own panels.</summary>
    long OwnPanels => _geometry.SharesPanels ? 0 : Math.Max(OwnFloats, (long)_geometry.TermsPerBlock * _micro.Columns);

    /// <summary>The floats of the panels that all parts read.</summary>
    long SharedPanels => _geometry.SharesPanels ? _geometry.Batch * _geometry.PanelFloats : 0;

    /// <summary>The kernel of a matrix product.</summary>
    public static Kernel Select(MatMul op, Signature s, InstructionSet isa, int workers) => new MatMulKernel(op, s, isa, workers);

    /// <inheritdoc/>
    public override BoundKernel Bind(Operands at) => new Call(this, at);
}
