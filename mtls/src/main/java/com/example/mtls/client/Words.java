package com.example.mtls.client;

import com.example.mtls.material.IssuingTool;

/**
 * How people know us and our settings.
 *
 * @param us the name of this application
 * @param certificate the setting of our certificate
 * @param trust the setting of the CAs that we trust
 * @param tool what issues certificates here
 */
record Words(String us, String certificate, String trust, IssuingTool tool) {

}
