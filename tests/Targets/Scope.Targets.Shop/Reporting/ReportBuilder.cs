// The daily report, as text.
using System.Text;
using Scope.Targets.Shop.Catalog;
using Scope.Targets.Shop.Faults;

namespace Scope.Targets.Shop.Reporting;

/// <summary>Builds reports.</summary>
public sealed class ReportBuilder(ProductCatalog catalog, FaultSwitches faults)
{
    const int Rows = 1_600;

    /// <summary>The report of today.</summary>
    public byte[] Daily() => faults.IsOn(FaultTable.GcPressure) ? RenderByConcatenation() : Render();

    byte[] Render()
    {
        var text = new StringBuilder(Rows * 40);
        for (int row = 0; row < Rows; row++)
            Append(text, catalog.At(row));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    static void Append(StringBuilder text, Product product) => text.Append(product.Id).Append(';').Append(product.Name).Append(';').Append(product.Cents).Append('\n');

    /// <summary>The fault: each row copies all rows before it, first as text and then as bytes.</summary>
    byte[] RenderByConcatenation()
    {
        string text = "";
        var pages = new List<byte[]>();
        for (int row = 0; row < Rows; row++)
        {
            var product = catalog.At(row);
            text += product.Id + ";" + product.Name + ";" + product.Cents + "\n";
            if (row % 16 == 0)
                pages.Add(Encoding.UTF8.GetBytes(text));
        }
        return [.. pages[^1], .. Encoding.UTF8.GetBytes(text[pages[^1].Length..])];
    }
}
