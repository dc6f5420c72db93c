// Invoices as the tax office wants them.
using System.Xml.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace Scenes.Reports;

public sealed class Invoice
{
    public int Number { get; set; }
    public decimal Total { get; set; }
    public string Customer { get; set; } = "";
}

public sealed class InvoiceXml
{
    public string Write(Invoice invoice)
    {
        var serializer = new XmlSerializer(typeof(Invoice), new XmlRootAttribute("invoice") { Namespace = "urn:tax" });
        using var text = new StringWriter();
        serializer.Serialize(text, invoice);
        return text.ToString();
    }
}

[ApiController]
[Route("tax")]
public sealed class TaxController(InvoiceXml xml) : ControllerBase
{
    [HttpGet("invoices/{number:int}")]
    public string Get(int number) => xml.Write(new Invoice { Number = number, Total = number * 1.19m, Customer = "c" });
}
