// Signs receipts; that is what this service is for.
using System.Security.Cryptography;
using System.Text;

namespace Scenes.Receipts;

public sealed class ReceiptSigner
{
    public string Sign(int receipt) =>
        Convert.ToHexString(Rfc2898DeriveBytes.Pbkdf2($"receipt {receipt}", Encoding.UTF8.GetBytes("the till's salt"), 4_000, HashAlgorithmName.SHA256, 32));
}
